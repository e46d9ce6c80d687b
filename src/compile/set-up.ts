import { SpiceLabError } from '../errors/index.ts';
import { type Expression, evaluate, printExpression } from '../expression/index.ts';
import type { Census, Deck } from '../netlist/index.ts';
import { type Assignment, type Circuit, printExact } from '../plan/index.ts';
import { borderEdits } from './bin-borders.ts';
import { buildCircuit, type SlotEdit, type TextEdit } from './circuit-text.ts';
import { explainVariables } from './explain-variables.ts';
import { bind, variablesOf } from './fold.ts';
import { holdEdits, holdText } from './hold.ts';
import type { OpenAssignment } from './match.ts';
import { type Pace, paceOf, sharedAssignments } from './pace.ts';
import {
  type EvaluatedCircuit,
  type ResidualAssignment,
  type ResidualOptions,
  residualAssignments,
} from './residual-assignments.ts';
import { type Rewriting, rewriteSites } from './rewrite.ts';
import { selectableBins } from './selectable-bins.ts';
import { type Setting, type Settings, settingValue, settingVariables } from './settings.ts';
import { coversSharedLines, sharedLineBindings } from './shared-lines.ts';
import type { SwitchState } from './statistics/statistics.ts';
import type { DrawVariable } from './statistics/variables.ts';
import type { Explanation } from './types.ts';

/** A circuit of the plan to be. */
export interface PlannedCircuit {
  readonly deck: Deck;
  readonly label: string;
  /** `undefined`: nothing in it is drawn, and the study sets parameters of devices and models at most. */
  readonly evaluated: EvaluatedCircuit | undefined;
  readonly switches: readonly SwitchState[];
}

/** Circuits with their slots, the assignments, and for each variable how it gets into the circuit. */
export interface SetUp {
  readonly circuits: Circuit[];
  readonly assignments: Assignment[];
  readonly explanation: Explanation[];
  /** How much of the deck the first circuit needs. */
  readonly census: readonly Census[];
}

/** @throws SpiceLabError TARGET_UNKNOWN for what neither text nor assignment can set */
export function setUpCircuits(
  circuits: readonly PlannedCircuit[],
  settings: Settings,
  draws: readonly DrawVariable[],
  corner: ResidualOptions['corner'],
): SetUp {
  const nominalOf = createNominal(settings);
  const residuals = residualAssignments(
    circuits.flatMap(({ evaluated }) => evaluated ?? []),
    { nominalOf, taken: takenAssignments(settings), temperature: temperatureVariables(settings), corner },
  );
  const pace = paceOf({
    settings,
    residuals,
    draws: draws.map(({ variable }) => variable),
    resettable: circuits.length === 1 && !circuits.some(({ deck }) => isPrepared(deck)),
  });
  const rewritings = circuits.map(({ deck, evaluated }, i) =>
    evaluated ? rewriteCircuit(deck, i, evaluated, settings.all()) : NOTHING_REWRITTEN,
  );
  const textless = uncovered(circuits, settings);
  const assignments = [
    ...settings.all().flatMap((setting) => assignmentsOf(setting, pace, textless)),
    ...(pace.way === 'reset' ? slowParameters(rewritings[0]!, pace) : []),
    ...residuals.flatMap((residual) => told(residual, pace, corner?.variable, textless)),
  ];
  const names = assignments.flatMap((each) => (each.kind === 'alterparam' ? [each.parameter] : []));
  const built = circuits.map(({ deck, label, evaluated, switches }, i) => {
    const slots = [
      ...settings.all().flatMap((setting) => slotsOf(setting, i, deck, pace, settings)),
      ...parameterSlots(rewritings[i]!, pace, nominalOf),
    ];
    const rewrites = [
      ...switchEdits(deck, switches),
      ...(evaluated ? borderEdits(deck, evaluated.surveyed.survey.values, assignments) : []),
      ...rewritings[i]!.edits,
      ...holdEdits(deck),
    ];
    const selectable =
      evaluated && selectableBins(deck, evaluated.surveyed.survey.values, slots, assignments);
    return buildCircuit(deck, label, slots, rewrites, { names, ...(selectable ? { selectable } : {}) });
  });
  return {
    circuits: built.map(({ circuit }) => circuit),
    assignments,
    explanation: explainVariables({ settings, draws, residuals, pace }),
    census: built[0]!.census,
  };
}

const NOTHING_REWRITTEN: Rewriting = { edits: [], parameters: new Map() };

/** Deck lines that a reset would not repeat. */
const isPrepared = (deck: Deck): boolean => deck.lines.some(({ text }) => /^\.control\b/i.test(text));

function rewriteCircuit(
  deck: Deck,
  circuit: number,
  evaluated: EvaluatedCircuit,
  settings: readonly Setting[],
): Rewriting {
  const { surveyed, binding } = evaluated;
  const sites = surveyed.survey.values.sites.map((site) => ({ ...site, value: bind(site.value, binding) }));
  // what an X line is given counts before what the deck draws for it
  return rewriteSites(deck, [...sharedLineBindings(deck, circuit, evaluated, settings), ...sites]);
}

/** What the study's own targets tell a loaded simulator: it is not told twice. */
function takenAssignments(settings: Settings): Set<string> {
  const direct = settings.all().filter((setting) => !setting.matches[0]!.opens);
  return new Set(
    direct.flatMap(({ matches }) =>
      matches.flatMap(({ assignments }) => assignments.map((each) => JSON.stringify(each))),
    ),
  );
}

function temperatureVariables(settings: Settings): Set<number> {
  const setting = settings.find('temperature');
  return new Set(setting ? settingVariables(setting) : []);
}

/** What the study sets by itself: parameters of devices and models, the temperature; and open ones that only a reset sets. */
function assignmentsOf(setting: Setting, pace: Pace, textless: ReadonlySet<number>): Assignment[] {
  const { opens } = setting.matches[0]!;
  const covered = opens
    ? !settingVariables(setting).some((variable) => textless.has(variable))
    : setting.matches.every(({ slots }) => slots.length > 0);
  const direct = sharedAssignments(setting);
  const slow = settingVariables(setting).some((variable) => pace.slow.has(variable));
  if (!covered && (opens ? slow : direct.length === 0)) throw cannotBeSet(setting);
  if (opens && !(slow && pace.way === 'reset')) return [];
  const value = settingValue(setting);
  return direct.map((open) => closeAssignment(open, value, covered));
}

function closeAssignment(open: OpenAssignment, value: string, covered: boolean): Assignment {
  return covered ? { ...open, value, covered } : { ...open, value };
}

const isSlow = (value: Expression, { slow }: Pace): boolean =>
  variablesOf(value).some((variable) => slow.has(variable));

function slowParameters({ parameters }: Rewriting, pace: Pace): Assignment[] {
  return [...parameters].flatMap(([parameter, value]) =>
    isSlow(value, pace)
      ? [{ kind: 'alterparam', parameter, value: printExpression(value), covered: true }]
      : [],
  );
}

/** A parameter of the circuit that follows at least one variable which is not in the text already. */
function told(
  { assignment, value, variables }: ResidualAssignment,
  { slow }: Pace,
  corner: number | undefined,
  textless: ReadonlySet<number>,
): Assignment[] {
  const fast = variables.some((variable) => variable !== corner && !slow.has(variable));
  if (!assignment || !fast) return [];
  return [
    closeAssignment(
      assignment,
      printExpression(value),
      !variables.some((variable) => textless.has(variable)),
    ),
  ];
}

/** Variables that no text sets: those of a line that stands in the circuit more than once, where its copies are not known. */
function uncovered(circuits: readonly PlannedCircuit[], settings: Settings): Set<number> {
  return new Set(
    settings.all().flatMap((setting) => {
      const covered = setting.matches.every(({ opens, slots }, i) => {
        if (slots.length > 0 || !opens || !('instance' in opens)) return true;
        const { deck, evaluated } = circuits[i]!;
        return evaluated && coversSharedLines(sharedLineBindings(deck, i, evaluated, [setting]), deck);
      });
      return covered ? [] : settingVariables(setting);
    }),
  );
}

function slotsOf(
  setting: Setting,
  circuit: number,
  deck: Deck,
  { slow, way }: Pace,
  settings: Settings,
): SlotEdit[] {
  const match = setting.matches[circuit]!;
  const active = match.opens
    ? way === 'reload' && settingVariables(setting).some((variable) => slow.has(variable))
    : sharedAssignments(setting).length === 0;
  return match.slots.map((place) => {
    const own = place.start < place.end || place.nominal !== '';
    const nominal = own ? holdText(deck, place.nominal) : nominalText(setting, settings);
    return { place, value: settingValue(setting), nominal, active };
  });
}

function nominalText(setting: Setting, settings: Settings): string {
  const index = setting.axis?.variable ?? setting.random!.variable;
  return printExact(setting.nominal ?? settings.variables[index]!.nominal);
}

const ADDED_LINE = { line: -1, start: 0, end: 0, nominal: '' };

function parameterSlots(
  { parameters }: Rewriting,
  pace: Pace,
  nominalOf: (value: Expression) => number | undefined,
): SlotEdit[] {
  return [...parameters].map(([name, value]) => ({
    place: { ...ADDED_LINE, prefix: `.param ${name}=` },
    value: printExpression(value),
    nominal: printExact(nominalOf(value) ?? 0),
    active: pace.way === 'reload' && isSlow(value, pace),
  }));
}

function switchEdits(deck: Deck, switches: readonly SwitchState[]): TextEdit[] {
  return switches.flatMap(({ name, set }) =>
    set === undefined
      ? []
      : deck.root.parameters
          .filter((card) => card.name === name)
          .map(({ line, start, end }) => ({ line, start, end, text: printExact(set) })),
  );
}

/** The value of an expression where every variable is at its nominal value. */
function createNominal({ variables }: Settings): (value: Expression) => number | undefined {
  const nominals = new Map(variables.map(({ nominal }, index) => [`$${index}`, nominal]));
  return (value) => {
    try {
      const number = evaluate(value, (name) => nominals.get(name));
      return Number.isFinite(number) ? number : undefined;
    } catch {
      return undefined;
    }
  };
}

function cannotBeSet(setting: Setting): SpiceLabError {
  const match = setting.matches.find(({ slots }) => slots.length === 0) ?? setting.matches[0]!;
  return new SpiceLabError('TARGET_UNKNOWN', `${setting.written} cannot be set by itself: ${match.why}`, {
    place: match.place,
    remedy: 'Vary the devices inside it, such as x1.x2.m0[w], or use the subcircuit once only.',
  });
}
