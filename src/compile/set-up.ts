import { SpiceLabError } from '../errors/index.ts';
import type { Census, Deck } from '../netlist/index.ts';
import { type Assignment, type Circuit, printExact } from '../plan/index.ts';
import { buildCircuit, type SlotEdit } from './circuit-text.ts';
import type { OpenAssignment } from './match.ts';
import { type Setting, type Settings, settingValue } from './settings.ts';
import type { Explanation, Rung } from './types.ts';

/** Circuits with their slots, the assignments, and for each variable how it gets into the circuit. */
export interface SetUp {
  readonly circuits: Circuit[];
  readonly assignments: Assignment[];
  readonly explanation: Explanation[];
  /** How much of the deck the first circuit needs. */
  readonly census: readonly Census[];
}

/** @throws SpiceLabError TARGET_UNKNOWN for what neither text nor assignment can set */
export function setUpCircuits(decks: readonly Deck[], labels: readonly string[], settings: Settings): SetUp {
  const edits: SlotEdit[][] = decks.map(() => []);
  const assignments: Assignment[] = [];
  const explanation: Explanation[] = [];
  for (const setting of settings.all()) {
    const value = settingValue(setting);
    const direct = sharedAssignments(setting);
    const covered = setting.matches.every(({ slots }) => slots.length > 0);
    if (!covered && direct.length === 0) throw cannotBeSet(setting);
    assignments.push(...direct.map((open) => closeAssignment(open, value, covered)));
    const nominal = nominalText(setting, settings);
    setting.matches.forEach((match, circuit) => {
      for (const place of match.slots) {
        const text = place.start < place.end || place.nominal !== '' ? place.nominal : nominal;
        edits[circuit]!.push({ place, value, nominal: text, active: direct.length === 0 });
      }
    });
    explanation.push(...explain(setting, settings, direct));
  }
  for (const { name, labels: choices } of settings.variables) {
    if (!choices) continue;
    explanation.push({
      variable: name,
      kind: 'corner',
      rung: 'reload',
      why: 'chooses the circuit and its values',
    });
  }
  const names = assignments.flatMap((each) => (each.kind === 'alterparam' ? [each.parameter] : []));
  const built = decks.map((deck, i) => buildCircuit(deck, labels[i]!, edits[i]!, [], { names }));
  return {
    circuits: built.map(({ circuit }) => circuit),
    assignments,
    explanation,
    census: built[0]!.census,
  };
}

/** Assignments only where they are the same in every circuit, because a plan has one list of them. */
function sharedAssignments(setting: Setting): readonly OpenAssignment[] {
  const [first, ...others] = setting.matches.map(({ assignments }) => assignments);
  const text = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === text) ? first! : [];
}

function closeAssignment(open: OpenAssignment, value: string, covered: boolean): Assignment {
  return covered ? { ...open, value, covered } : { ...open, value };
}

function nominalText(setting: Setting, settings: Settings): string {
  const index = setting.axis?.variable ?? setting.random!.variable;
  return printExact(setting.nominal ?? settings.variables[index]!.nominal);
}

function explain(setting: Setting, settings: Settings, direct: readonly OpenAssignment[]): Explanation[] {
  const match = setting.matches[0]!;
  const rung: Rung =
    direct.length === 0 ? 'reload' : direct.some(({ kind }) => kind === 'alterparam') ? 'reset' : 'direct';
  const differs = direct.length === 0 && match.assignments.length > 0;
  const why = differs ? 'it is called differently in the circuits of the corners' : match.why;
  const instead = setting.passedOver.length > 0 ? ` (taken before ${setting.passedOver.join(' and ')})` : '';
  return [setting.axis, setting.random].flatMap((entry) =>
    entry
      ? [
          {
            variable: settings.variables[entry.variable]!.name,
            kind: match.kind,
            rung,
            why: `${why}${instead}`,
          },
        ]
      : [],
  );
}

function cannotBeSet(setting: Setting): SpiceLabError {
  const match = setting.matches.find(({ slots }) => slots.length === 0) ?? setting.matches[0]!;
  return new SpiceLabError('TARGET_UNKNOWN', `${setting.written} cannot be set by itself: ${match.why}`, {
    place: match.place,
    remedy: 'Vary the devices inside it, such as x1.x2.m0[w], or use the subcircuit once only.',
  });
}
