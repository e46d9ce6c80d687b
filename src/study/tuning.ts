import { SpiceLabError } from '../errors/index.ts';
import { placed, type StudyContext } from './context.ts';
import { readDesignVariable } from './design.ts';
import { parseConstraint, parseObjective } from './goal.ts';
import type { StudyInput } from './input.ts';
import { readCount } from './run-defaults.ts';
import { type DesignVariable, type Objective, SAMPLERS, type SamplerName, type Tuning } from './schema.ts';
import { needNumber, shorten, splitAssignment, splitTop, suggestion } from './text.ts';

const AT_ONCE = 8;
/** Fewer samples tell a yield to no better than 9 %. */
const FIRST = 32;
const FACTOR = 4;
const CONFIRMED = 3;
/** Where no design is the best, but several are the best for their price. */
const CONFIRMED_OF_FRONT = 8;

/**
 * The question of an optimisation, where a study asks one.
 * @throws SpiceLabError STUDY_INVALID, OPTION_INVALID or SPEC_INVALID, with the place
 */
export function readTuning(input: StudyInput, context: StudyContext): Tuning | undefined {
  const asked = (['design', 'minimize', 'maximize', 'constraints', 'tune'] as const).find(
    (key) => input[key] !== undefined,
  );
  if (asked === undefined) return undefined;
  const design = readDesign(input.design, context);
  const objectives = [
    ...readObjectives(input, 'minimize', context),
    ...readObjectives(input, 'maximize', context),
  ];
  if (design.length === 0 || objectives.length === 0) {
    const lacks = design.length === 0 ? 'nothing to choose' : 'no aim';
    throw new SpiceLabError('STUDY_INVALID', `there is ${lacks}, though the study has ${asked}`, {
      place: context.placeOf?.([asked]),
      remedy:
        'Give both: design, such as R1: log(1k, 100k), and minimize or maximize, such as mean(power) or yield.',
    });
  }
  const { tune = {} } = input;
  const count = (key: 'budget' | 'atOnce' | 'first' | 'factor' | 'confirm') => {
    const value = tune[key];
    return value === undefined
      ? undefined
      : placed(context, ['tune', key], () => readCount(key, String(value)));
  };
  const factor = count('factor') ?? FACTOR;
  if (factor < 2)
    throw new SpiceLabError('OPTION_INVALID', `factor is ${factor}`, {
      place: context.placeOf?.(['tune', 'factor']),
      remedy: 'Give 2 or more, or earlyStopping: false.',
    });
  return {
    design,
    objectives,
    constraints: listOf(input.constraints).map((text, i) =>
      placed(context, ['constraints', i], () => parseConstraint(text)),
    ),
    budget: count('budget'),
    sampler: placed(context, ['tune', 'sampler'], () => readSampler(tune.sampler, objectives)),
    start: (tune.start ?? []).map((each, i) =>
      placed(context, ['tune', 'start', i], () =>
        Object.fromEntries(
          Object.entries(each).map(([name, value]) => [name, startValue(name, String(value))]),
        ),
      ),
    ),
    atOnce: count('atOnce') ?? AT_ONCE,
    first: tune.earlyStopping === false ? 0 : (count('first') ?? FIRST),
    factor,
    confirm:
      tune.confirm === 0 || tune.confirm === '0'
        ? 0
        : (count('confirm') ?? (objectives.length > 1 ? CONFIRMED_OF_FRONT : CONFIRMED)),
  };
}

/** `R1=1k, C1=10n` as the values of a design. @throws SpiceLabError STUDY_INVALID */
export function designFromText(text: string): Record<string, string> {
  return Object.fromEntries(
    splitTop(text, ',').map((piece) => {
      const assignment = splitAssignment(piece);
      if (assignment?.target && assignment.value) return [assignment.target, assignment.value];
      throw new SpiceLabError('STUDY_INVALID', `"${shorten(text)}" is no design to start from`, {
        place: { file: `--start "${text}"` },
        remedy: 'Write values of design variables, such as --start "R1=1k, C1=10n".',
      });
    }),
  );
}

function readDesign(input: StudyInput['design'], context: StudyContext): DesignVariable[] {
  const design = Array.isArray(input)
    ? input.map((text, i) =>
        placed(context, ['design', i], () => {
          const assignment = splitAssignment(text);
          return readDesignVariable(assignment?.target ?? text, assignment?.value ?? '');
        }),
      )
    : Object.entries(input ?? {}).map(([name, body]) =>
        placed(context, ['design', name], () => {
          if (typeof body === 'string') return readDesignVariable(name, body);
          const { targets, range } = body;
          return { ...readDesignVariable(listOf(targets).join(','), range), name };
        }),
      );
  const seen = new Set<string>();
  for (const key of design.flatMap(({ name, targets }) => [...new Set([name, ...targets])])) {
    if (seen.has(key.toLowerCase()))
      throw new SpiceLabError('STUDY_INVALID', `${key} is chosen twice`, {
        place: context.placeOf?.(['design']),
        remedy: 'Keep one of the two design variables.',
      });
    seen.add(key.toLowerCase());
  }
  return design;
}

const readObjectives = (
  input: StudyInput,
  direction: Objective['direction'],
  context: StudyContext,
): Objective[] =>
  listOf(input[direction]).map((text, i) =>
    placed(context, [direction, i], () => parseObjective(text, direction)),
  );

/** @throws SpiceLabError STUDY_INVALID for a name that is none, or one that does not go with the objectives */
export function readSampler(
  text: string | undefined,
  objectives: readonly Objective[],
): SamplerName | undefined {
  if (text === undefined) return undefined;
  const wanted = text.trim().toLowerCase().replace(/[-_ ]/g, '').replace('nsgaii', 'nsga2');
  const sampler = SAMPLERS.find((name) => name === wanted);
  if (!sampler)
    throw new SpiceLabError('STUDY_INVALID', `there is no sampler "${shorten(text)}"`, {
      remedy: suggestion(wanted, SAMPLERS, `Known are ${SAMPLERS.join(', ')}.`),
    });
  if (sampler === 'cmaes' && objectives.length > 1)
    throw new SpiceLabError('STUDY_INVALID', 'CMA-ES knows one objective alone', {
      remedy: 'Take nsga2 or tpe, or put the others among the constraints.',
    });
  return sampler;
}

const startValue = (name: string, text: string): number =>
  needNumber(text, name, 'STUDY_INVALID', 'Write a number such as 4.7k.');

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;
