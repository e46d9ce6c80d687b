import { nearestNames, type Place, SpiceLabError } from '../../errors/index.ts';
import { SCALAR_FUNCTIONS, suggest } from '../../expression/index.ts';
import type { FunctionCard } from '../cards.ts';
import { STATISTICAL_NAMES } from '../statistical-functions.ts';
import type { Frame } from './frame.ts';

/** @param frame where the name is read */
export function undefinedName(name: string, frame: Frame, place: Place): SpiceLabError {
  const visible: string[] = [];
  for (let around: Frame | undefined = frame; around; around = around.caller)
    visible.push(...around.names.formals.keys(), ...around.names.macros.keys());
  const inside = frame.scope.name === '' ? '' : ` in ${frame.scope.name}`;
  return new SpiceLabError('PARAMETER_UNDEFINED', `the parameter "${name}" is not defined${inside}`, {
    place,
    remedy: nearestNames(name, visible).length > 0 ? suggest(name, visible) : `Add a line .param ${name}=….`,
  });
}

/** A call of no function, or with a number of arguments that it does not take. */
export function wrongCall(name: string, count: number, place: Place): SpiceLabError {
  return SCALAR_FUNCTIONS.has(name)
    ? new SpiceLabError('EXPRESSION_TYPE', `"${name}" does not take ${count} arguments`, {
        place,
        remedy: `Correct the arguments of ${name}.`,
      })
    : new SpiceLabError('EXPRESSION_NAME', `there is no function "${name}"`, {
        place,
        remedy: suggest(name, [...SCALAR_FUNCTIONS.keys(), ...STATISTICAL_NAMES]),
      });
}

export function wrongArguments({ name, args }: FunctionCard, count: number, place: Place): SpiceLabError {
  return new SpiceLabError('EXPRESSION_TYPE', `${name} takes ${args.length} arguments, not ${count}`, {
    place,
    remedy: `Write ${name}(${args.join(', ')}).`,
  });
}

export function recursive(name: string, place: Place): SpiceLabError {
  return new SpiceLabError('DECK_SYNTAX', `the parameter "${name}" is defined by itself`, {
    place,
    remedy: 'Follow the names in its definition, and break the loop.',
  });
}
