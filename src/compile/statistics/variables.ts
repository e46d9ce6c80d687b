import type { Expression } from '../../expression/index.ts';
import { type DrawForm, numberOf } from '../../netlist/index.ts';
import type { Distribution } from '../../plan/index.ts';
import { type Binding, bind, variableOf } from '../fold.ts';
import type { Settings } from '../settings.ts';
import type { DrawClass } from '../types.ts';
import { means } from './choose.ts';
import type { Source } from './sources.ts';
import type { Surveyed } from './statistics.ts';
import type { SurveyedDraw } from './survey.ts';
import { unitOf } from './unit.ts';

/** A draw of the deck that became a variable of the plan. */
export interface DrawVariable {
  /** Index into the plan's variables. */
  readonly variable: number;
  readonly class: DrawClass;
  /** What it is in each circuit; `undefined`: that circuit has no such draw. */
  readonly sources: readonly (Source | undefined)[];
}

/** What a study sets a draw to. */
export interface GivenDraw {
  readonly value: Expression;
  readonly sets: 'value' | 'number drawn';
}

/** The draws of a study's circuits as variables, and what each circuit's `$k` stand for then. */
export interface DrawnCircuits {
  readonly variables: readonly DrawVariable[];
  /** Per circuit. */
  readonly bindings: readonly Binding[];
}

/**
 * Adds a variable for each draw that is alive and asked for; a draw that the study itself sets follows that.
 * @param circuits of the plan, each evaluated with the study's targets open
 * @param words of the study's choice
 * @param given what the study sets draws to, by their keys
 */
export function addDrawVariables(
  circuits: readonly Surveyed[],
  words: readonly string[],
  given: ReadonlyMap<string, GivenDraw>,
  settings: Settings,
): DrawnCircuits {
  const bound = circuits.map((circuit) => givenValues(circuit, given));
  const variables: DrawVariable[] = [];
  for (const [name, sources] of byName(circuits, (source) => isChosen(source, words, given))) {
    const at = sources.findIndex((source) => source !== undefined);
    const { survey } = circuits[at]!;
    const first = sources[at]!;
    const reference = survey.formOf(first.draws[0]!.draw);
    const variable = settings.add({
      name,
      // a score is told in sigmas, whatever it moves
      unit: reference.form === 'score' ? '' : unitOf(circuits[at]!, first),
      nominal: reference.nominalScore,
      class: first.class,
      source: { kind: 'random', distribution: reference.distribution as Distribution },
    });
    sources.forEach((source, i) => {
      for (const { key } of source?.draws ?? [])
        bound[i]!.set(key, (form) => drawnValue(form, reference, variableOf(variable)));
    });
    variables.push({ variable, class: first.class, sources });
  }
  return {
    variables,
    bindings: circuits.map((circuit, i) => createBinding(circuit, bound[i]!)),
  };
}

type Bound = Map<string, (form: DrawForm) => Expression>;

/** Draws that the study sets itself; of those that are tied, the first is the one that is set. */
function givenValues({ sources, survey }: Surveyed, given: ReadonlyMap<string, GivenDraw>): Bound {
  const bound: Bound = new Map();
  for (const { draws } of sources) {
    for (const { key } of draws) {
      const found = given.get(key);
      if (!found) continue;
      bound.set(key, (form) =>
        found.sets === 'value' ? found.value : drawnValue(form, survey.formOf(draws[0]!.draw), found.value),
      );
    }
  }
  return bound;
}

function isChosen(source: Source, words: readonly string[], given: ReadonlyMap<string, GivenDraw>): boolean {
  return (
    source.live &&
    words.some((word) => means(word, source)) &&
    !source.draws.some(({ key }) => given.has(key))
  );
}

/** The same draw has the same name in every circuit. */
function byName(
  circuits: readonly Surveyed[],
  wanted: (source: Source) => boolean,
): Map<string, (Source | undefined)[]> {
  const found = new Map<string, (Source | undefined)[]>();
  circuits.forEach(({ sources }, i) => {
    for (const source of sources) {
      if (!wanted(source)) continue;
      const known = found.get(source.name) ?? circuits.map(() => undefined);
      known[i] = source;
      found.set(source.name, known);
    }
  });
  return found;
}

/** What a draw is worth where another, of the same family, is the variable: as many spreads from its own nominal value. */
function drawnValue(form: DrawForm, reference: DrawForm, drawn: Expression): Expression {
  const same =
    form.form === reference.form &&
    JSON.stringify(form.distribution) === JSON.stringify(reference.distribution);
  if (same) return form.value(drawn);
  const middle = numberOf(reference.nominalScore);
  const away: Expression = { kind: 'binary', operator: '-', left: drawn, right: middle };
  const spreads: Expression =
    reference.form === 'score'
      ? away
      : { kind: 'binary', operator: '/', left: away, right: reference.spread };
  const own: Expression = { kind: 'binary', operator: '*', left: form.spread, right: spreads };
  return { kind: 'binary', operator: '+', left: form.nominal, right: own };
}

function createBinding(
  { survey, constants }: Surveyed,
  bound: ReadonlyMap<string, (form: DrawForm) => Expression>,
): Binding {
  const byIndex = new Map<number, SurveyedDraw>(survey.draws.map((each) => [each.draw.index, each]));
  const known = new Map<number, Expression>();
  const binding: Binding = (index) => {
    const surveyed = byIndex.get(index);
    if (!surveyed) return constants(index);
    const found = known.get(index);
    if (found) return found;
    const { draw, key } = surveyed;
    const open = bound.get(key)?.(survey.formOf(draw)) ?? survey.nominalOf(draw);
    // the arguments of a call may draw themselves
    const expression = bind(open, binding);
    known.set(index, expression);
    return expression;
  };
  return binding;
}
