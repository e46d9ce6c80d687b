import type { Place } from '../../errors/index.ts';
import type { Expression } from '../../expression/index.ts';
import { type CircuitValues, type Deck, type Draw, type DrawForm, drawForm } from '../../netlist/index.ts';
import { type Binding, bind, variablesOf } from '../fold.ts';
import { type ResidualTarget, residualTargets } from '../residual-targets.ts';

/** A draw with what it is and what it reaches. */
export interface SurveyedDraw {
  readonly draw: Draw;
  /** The same in each evaluation of a deck and in the circuits of all corners. */
  readonly key: string;
  readonly place: Place;
  /** What of the flattened circuit depends on it; nothing: the draw is dead. */
  readonly reaches: readonly ResidualTarget[];
}

/** The draws of an evaluated circuit. */
export interface Survey {
  readonly values: CircuitValues;
  readonly targets: readonly ResidualTarget[];
  readonly draws: readonly SurveyedDraw[];
  /** How a draw is drawn. @throws SpiceLabError DISTRIBUTION_INVALID as `drawForm` */
  formOf(draw: Draw): DrawForm;
  /** What a draw is worth where it does not vary. */
  nominalOf(draw: Draw): Expression;
}

/**
 * @param constants what is known though the circuit was evaluated without it
 * @throws SpiceLabError DISTRIBUTION_INVALID for a draw that reaches the circuit and has no distribution
 */
export function surveyDraws(deck: Deck, values: CircuitValues, constants: Binding): Survey {
  const byIndex = new Map(values.draws.map((draw) => [draw.index, draw]));
  const placeOf = (draw: Draw): Place => deck.placeOf(deck.lines[draw.site.line]!);
  const forms = new Map<number, DrawForm>();
  const formOf = (draw: Draw): DrawForm => {
    const known = forms.get(draw.index);
    if (known) return known;
    const form = drawForm(
      draw.call,
      draw.args.map((arg) => bind(arg, still)),
      placeOf(draw),
    );
    forms.set(draw.index, form);
    return form;
  };
  const nominal: Binding = (index) => {
    const draw = byIndex.get(index);
    return draw ? nominalOf(draw) : constants(index);
  };
  const nominalOf = (draw: Draw): Expression => bind(formOf(draw).nominal, nominal);
  /** Draws that always give the same stand for it. */
  const still: Binding = (index) => {
    const draw = byIndex.get(index);
    if (!draw) return constants(index);
    return isStill(formOf(draw)) ? nominalOf(draw) : undefined;
  };
  const targets = residualTargets(deck, values);
  const reaches = new Map<number, ResidualTarget[]>();
  for (const target of targets) {
    const seen = new Set<number>();
    const visit = (expression: Expression): void => {
      for (const index of variablesOf(bind(expression, still))) {
        const draw = byIndex.get(index);
        if (!draw || seen.has(index)) continue;
        seen.add(index);
        reaches.set(index, [...(reaches.get(index) ?? []), target]);
        for (const arg of draw.args) visit(arg);
      }
    };
    visit(target.residual.value);
  }
  const keys = createKeys();
  return {
    values,
    targets,
    draws: values.draws.map((draw) => ({
      draw,
      key: keys(draw),
      place: placeOf(draw),
      reaches: reaches.get(draw.index) ?? [],
    })),
    formOf,
    nominalOf,
  };
}

const isStill = ({ spread }: DrawForm): boolean => spread.kind === 'number' && spread.value === 0;

/** By what is drawn and where, counted: lines have other numbers in the circuits of other corners. */
function createKeys(): (draw: Draw) => string {
  const counts = new Map<string, number>();
  return ({ call, name, instance, site }) => {
    const base = `${instance?.name ?? ''} ${name} ${call} ${site.scope.name}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return `${base} ${count}`;
  };
}
