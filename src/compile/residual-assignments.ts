import { type Expression, printExpression } from '../expression/index.ts';
import { tellingOf } from './alterable.ts';
import { type Binding, bind, variablesOf } from './fold.ts';
import type { OpenAssignment } from './match.ts';
import type { Surveyed } from './statistics/statistics.ts';

/** A circuit of a plan, evaluated, and what its `$k` stand for in the plan. */
export interface EvaluatedCircuit {
  readonly surveyed: Surveyed;
  readonly binding: Binding;
}

/** A parameter of the circuit that differs from sample to sample. */
export interface ResidualAssignment {
  /** `xm1.m0[delvto]`. */
  readonly label: string;
  /** Over the plan's variables. */
  readonly value: Expression;
  readonly variables: readonly number[];
  /** How a loaded simulator is told; `undefined`: it cannot be. */
  readonly assignment: OpenAssignment | undefined;
  /** Why it cannot be told. */
  readonly against: string | undefined;
}

export interface ResidualOptions {
  /** Nominal value of an expression over the plan's variables; `undefined` where it has none. */
  readonly nominalOf: (value: Expression) => number | undefined;
  /** Assignments that the study's own targets make, as JSON: they count, whatever the circuit computes. */
  readonly taken: ReadonlySet<string>;
  /** Variables that set the temperature, on which the simulator computes by itself. */
  readonly temperature: ReadonlySet<number>;
  /** The variable that tells the corner, and the circuit of each; `undefined` where there is one circuit. */
  readonly corner: { readonly variable: number; readonly circuits: readonly number[] } | undefined;
}

/** What the simulator is told for the residuals of all circuits, each parameter once. */
export function residualAssignments(
  circuits: readonly EvaluatedCircuit[],
  options: ResidualOptions,
): ResidualAssignment[] {
  const rows = circuits.map((circuit) => residualsOf(circuit, options));
  if (rows.length === 1) return [...rows[0]!.values()];
  const keys = new Set(rows.flatMap((row) => [...row.keys()]));
  return [...keys].map((key) =>
    combine(
      rows.map((row) => row.get(key)),
      options,
    ),
  );
}

function residualsOf(
  { surveyed, binding }: EvaluatedCircuit,
  { nominalOf, taken, temperature }: ResidualOptions,
): Map<string, ResidualAssignment> {
  const { targets, values } = surveyed.survey;
  const found = new Map<string, ResidualAssignment>();
  for (const { residual, label } of targets) {
    const value = bind(residual.value, binding);
    const variables = variablesOf(value);
    if (variables.every((variable) => temperature.has(variable))) continue;
    const telling = tellingOf(residual, nominalOf(value) ?? 0, values.cardsOf);
    const assignment = 'assignment' in telling ? telling.assignment : undefined;
    const key = JSON.stringify(assignment ?? label);
    if (taken.has(key)) continue;
    const heated = variables.some((variable) => temperature.has(variable));
    const against = heated ? `${label} depends on the temperature too` : undefined;
    found.set(key, {
      label,
      value,
      variables,
      assignment: heated ? undefined : assignment,
      against: 'against' in telling ? telling.against : against,
    });
  }
  return found;
}

/** One parameter in the circuits of several corners. */
function combine(
  entries: readonly (ResidualAssignment | undefined)[],
  { corner }: ResidualOptions,
): ResidualAssignment {
  const first = entries.find((entry) => entry !== undefined)!;
  const variables = [...new Set(entries.flatMap((entry) => entry?.variables ?? []))];
  const all = entries.every((entry) => entry !== undefined) ? entries : undefined;
  const texts = new Set(all?.map(({ value }) => printExpression(value)));
  if (all && texts.size === 1) return first;
  if (!all || !corner) {
    const against = `${first.label} follows it in the circuits of some corners only`;
    return { ...first, variables, assignment: undefined, against };
  }
  const value = corner.circuits.slice(0, -1).reduceRight<Expression>(
    (otherwise, circuit, position) => ({
      kind: 'conditional',
      test: {
        kind: 'binary',
        operator: '==',
        left: { kind: 'variable', index: corner.variable },
        right: { kind: 'number', value: position },
      },
      whenTrue: all[circuit]!.value,
      whenFalse: otherwise,
    }),
    all[corner.circuits.at(-1)!]!.value,
  );
  return { ...first, value, variables };
}
