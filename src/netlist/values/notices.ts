import type { Place } from '../../errors/index.ts';
import type { Scope } from '../cards.ts';
import type { DeckWarning } from '../classify.ts';
import type { Frame } from './frame.ts';
import type { Macro, ScopeNames } from './names.ts';
import type { ReadText } from './text.ts';

/** Says, once each, where names have their ordinary meaning and ngspice's texts put in place of names give another. */
export interface Notices {
  /** ngspice puts an outer statistical `.param` in the place of a name that the subcircuit defines itself. */
  captured(scope: Scope, names: ScopeNames, namesIn: (scope: Scope) => ScopeNames): void;
  /** ngspice reads the names in a statistical `.param` where it is used. */
  capturing(macro: Macro, defined: Frame, used: Frame): void;
  /** ngspice draws a statistical parameter of a subcircuit whatever the X line sets. */
  overridden(name: string, frame: Frame): void;
}

export function createNotices(
  read: ReadText,
  placeOf: (line: number) => Place,
  notice: (warning: DeckWarning) => void,
): Notices {
  const told = new Set<string>();
  const once = (message: string, line: number): void => {
    if (told.has(message)) return;
    told.add(message);
    notice({ message, place: placeOf(line) });
  };
  return {
    captured(scope, names, namesIn) {
      for (let outer = scope.parent; outer; outer = outer.parent) {
        for (const { name } of namesIn(outer).macros.values()) {
          const own = names.formals.get(name) ?? names.macros.get(name);
          if (!own) continue;
          once(
            `"${name}" in ${scope.name} is its own parameter; ngspice itself reads the statistical .param of that name around it`,
            own.line,
          );
        }
      }
    },
    capturing(macro, defined, used) {
      for (let frame: Frame | undefined = used; frame && frame !== defined; frame = frame.caller) {
        for (const name of read(macro.text).names) {
          const own = frame.names.formals.get(name) ?? frame.names.macros.get(name);
          if (!own) continue;
          once(
            `"${name}" in the statistical .param ${macro.name} is the one where that is defined; ngspice itself reads the one of ${frame.scope.name}`,
            own.line,
          );
        }
      }
    },
    overridden(name, { instance, scope }) {
      once(
        `${instance!.name} sets "${name}" of ${scope.name}; ngspice itself draws it all the same`,
        instance!.card.line,
      );
    },
  };
}
