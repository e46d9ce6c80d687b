import { SpiceLabError } from '../errors/index.ts';
import { checkCorrelationMatrix } from './correlate.ts';
import { importanceDraws } from './importance.ts';
import { checkDistribution } from './quantile.ts';
import type { Axis, Plan } from './schema.ts';
import { scoreSpace } from './score-space.ts';

/** Most circuits a plan may hold: a batch names them by 16 bits. */
const MOST_CIRCUITS = 65_536;
/** Most draws of one Latin hypercube. */
const MOST_BLOCK = 2 ** 32;

/**
 * What the schema cannot say: indices within range, lengths that agree, names that are unique.
 * @throws SpiceLabError PLAN_INVALID, CORRELATION_INVALID or DISTRIBUTION_INVALID.
 */
export function checkPlan(plan: Plan): void {
  checkNames('variable', plan.variables);
  checkNames('measurement', plan.measurements);
  checkNames('analysis', plan.analyses);
  checkVariables(plan);
  for (const axis of plan.axes) checkAxis(axis, plan);
  require(plan.axes.filter((axis) => axis.circuits).length <= 1, 'more than one axis chooses circuits');
  checkCorrelations(plan);
  checkCircuits(plan);
  checkReferences(plan);
  if (plan.sampling.method === 'lhs')
    require(plan.sampling.block <= MOST_BLOCK, 'the Latin hypercube is too large');
  if (plan.sampling.method === 'importance') importanceDraws(scoreSpace(plan), plan.sampling);
}

function require(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new SpiceLabError('PLAN_INVALID', `not a plan: ${otherwise}`);
}

function checkNames(what: string, named: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    require(!seen.has(name), `two ${what} entries are named ${name}`);
    seen.add(name);
  }
}

function checkVariables(plan: Plan): void {
  for (const [k, { name, source }] of plan.variables.entries()) {
    if (source.kind === 'random') checkDistribution(source.distribution);
    else {
      const columns = plan.axes[source.axis]?.columns ?? [];
      require(columns.some((column) => column.variable === k), `${name} is on no axis`);
    }
  }
}

function checkAxis(axis: Axis, plan: Plan): void {
  for (const { variable, values } of axis.columns) {
    require(values.length === axis.length, `axis ${axis.name} has a column of another length`);
    const target = plan.variables[variable];
    require(target !== undefined, `axis ${axis.name} sets variable ${variable}, which there is not`);
    require(target.source.kind === 'axis' &&
      plan.axes[target.source.axis] === axis, `axis ${axis.name} sets ${target.name}, which is not its own`);
  }
  if (!axis.circuits) return;
  require(axis.circuits.length === axis.length, `axis ${axis.name} has another number of circuits`);
  require(axis.circuits.every(
    (circuit) => circuit < plan.circuits.length,
  ), `axis ${axis.name} names a circuit that there is not`);
}

function checkCorrelations(plan: Plan): void {
  const taken = new Set<number>();
  for (const { members, matrix } of plan.correlations) {
    require(matrix.length === members.length, 'a correlation matrix has another size than its group');
    checkCorrelationMatrix(matrix);
    for (const member of members) {
      require(plan.variables[member]?.source.kind ===
        'random', `correlated variable ${member} is not random`);
      require(!taken.has(member), `variable ${member} is in two correlated groups`);
      taken.add(member);
    }
  }
}

function checkCircuits(plan: Plan): void {
  require(plan.circuits.length <= MOST_CIRCUITS, `more than ${MOST_CIRCUITS} circuits`);
  for (const { label, slots, text } of plan.circuits) {
    let reached = 0;
    for (const { offset, length } of slots) {
      require(offset >= reached, `slots of circuit ${label} overlap or are out of order`);
      reached = offset + length;
    }
    require(reached <= text.length, `a slot of circuit ${label} lies beyond its text`);
  }
}

function checkReferences(plan: Plan): void {
  const analyses = new Set(plan.analyses.map(({ name }) => name));
  for (const { name, source } of plan.measurements)
    if (source.kind !== 'scalars')
      require(analyses.has(source.analysis), `${name} reads analysis ${source.analysis}, which there is not`);
  for (const { analysis } of plan.waveforms)
    require(analyses.has(analysis), `no analysis ${analysis} to save from`);
  const measured = new Set(plan.measurements.map(({ name }) => name));
  for (const { name, measurement } of plan.specs)
    require(measured.has(measurement), `spec ${name} limits ${measurement}, which is not measured`);
}
