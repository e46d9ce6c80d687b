import { describe, expect, it } from 'vitest';
import { InlineBackend } from '../../test/fakes/inline-backend.ts';
import { formulaPlan } from '../../test/fakes/plans.ts';
import type { Engine } from '../engine.ts';
import { FormulaEngine } from '../engines/formula/index.ts';
import { createSampler } from '../plan/sampler.ts';
import type { Plan } from '../plan/schema.ts';
import { type STATUSES, statusCode } from '../plan/table.ts';
import { differenceOf, type Rows } from './compare-rows.ts';
import { pickSamples } from './pick-samples.ts';
import { selfCheck } from './self-check.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const assignmentOf = (name: string) => ({
  kind: 'alterparam' as const,
  parameter: `p${name}`,
  value: `$${NAMES.indexOf(name)}`,
});

/** Five variables, each on the direct rung by an assignment; `sum` adds them all. */
function directPlan(direct: readonly string[] = NAMES): Plan {
  const base = formulaPlan();
  return {
    ...base,
    variables: NAMES.map((name) => ({ ...base.variables[0]!, name })),
    assignments: direct.map(assignmentOf),
    measurements: [{ name: 'sum', unit: '', source: { kind: 'scalars', expression: '$0+$1+$2+$3+$4' } }],
    specs: [],
  };
}

const stepDown = (plan: Plan, names: readonly string[]): Plan => ({
  ...plan,
  assignments: plan.assignments.filter(
    (one) => !names.some((name) => one.value === assignmentOf(name).value),
  ),
});

/** An engine on which direct assignments to some variables, or to some together, have a wrong effect. */
class FalseEngine extends FormulaEngine {
  private off = 0;

  constructor(private readonly wrong: (direct: readonly string[]) => number) {
    super();
  }

  override async load(plan: Plan): Promise<void> {
    const direct = NAMES.filter((name) =>
      plan.assignments.some((one) => one.value === assignmentOf(name).value),
    );
    this.off = this.wrong(direct);
    await super.load({ ...plan, assignments: [] });
  }

  override async run(...[batch, report]: Parameters<Engine['run']>) {
    const table = await super.run(batch, report);
    return {
      ...table,
      columns: table.columns.map((column) => column.map((value) => value * (1 + this.off))),
    };
  }
}

const check = (wrong: (direct: readonly string[]) => number, plan = directPlan()) => {
  const backend = new InlineBackend({ engine: () => new FalseEngine(wrong) });
  const engine = { name: 'formula', options: {} };
  const reload = stepDown(plan, NAMES);
  return selfCheck({ plan, reload, stepDown, backend, engine, wanted: 1000 });
};

describe('the self-check', () => {
  it('keeps a plan whose two ways agree, and says whether to the last bit', async () => {
    const plan = directPlan();
    expect(await check(() => 0)).toMatchObject({ plan, exact: true, steppedDown: [], notices: [] });
    expect(await check(({ length }) => length * 1e-8)).toMatchObject({ plan, exact: false, steppedDown: [] });
  });

  it('steps down just the variables that are at fault, and says which and by how much', async () => {
    const guilty = ['b', 'e'];
    const checked = await check((direct) => (direct.some((name) => guilty.includes(name)) ? 0.01 : 0));
    expect(checked).toMatchObject({ plan: directPlan(['a', 'c', 'd']), steppedDown: guilty, exact: true });
    expect(checked.notices[0]).toMatch(/^b, e: .*another sum/);
  });

  it('steps down variables that are wrong only together', async () => {
    const checked = await check((direct) => (direct.includes('a') && direct.includes('d') ? 0.01 : 0));
    const left = checked.plan.assignments.map(({ value }) => NAMES[Number(value.slice(1))]);
    expect(left.includes('a') && left.includes('d')).toBe(false);
    expect(checked.steppedDown.length).toBeGreaterThan(0);
  });

  it('costs nothing where every variable is reloaded anyway', async () => {
    const plan = directPlan([]);
    const backend = new InlineBackend();
    const engine = { name: 'formula', options: {} };
    const checked = await selfCheck({ plan, reload: plan, stepDown, backend, engine, wanted: 10 });
    expect(checked).toMatchObject({ plan, samples: 0 });
    expect(backend.asked).toEqual([]);
  });

  it('passes on what the user has to mend', async () => {
    const error = { code: 'ENGINE_LOAD', message: 'no model nch' } as const;
    const backend = new InlineBackend({ mishap: () => ({ type: 'failed', cause: 'error', error }) });
    const plan = directPlan();
    const reload = stepDown(plan, NAMES);
    const options = { plan, reload, stepDown, backend, engine: { name: 'formula', options: {} }, wanted: 10 };
    await expect(selfCheck(options)).rejects.toMatchObject(error);
  });

  it('keeps the fast way, and says so, where nothing comes back the slow way', async () => {
    const backend = new InlineBackend({
      mishap: (_, plan) => (plan.assignments.length === 0 ? { type: 'lost', reason: 'crash' } : undefined),
    });
    const plan = directPlan();
    const reload = stepDown(plan, NAMES);
    const engine = { name: 'formula', options: {} };
    const checked = await selfCheck({ plan, reload, stepDown, backend, engine, wanted: 10 });
    expect(checked).toMatchObject({
      plan,
      samples: 0,
      notices: [expect.stringContaining('could not be checked')],
    });
  });
});

describe('rows of two rungs', () => {
  const plan = {
    measurements: [{ name: 'v', unit: '', source: { kind: 'scalars' as const, expression: '1' } }],
  };
  const rows = (values: readonly (number | string)[]): Rows =>
    new Map(
      values.map((value, sample) => [
        sample,
        typeof value === 'number'
          ? { status: 0, values: Float64Array.of(value) }
          : { status: statusCode(value as (typeof STATUSES)[number]), values: Float64Array.of(Number.NaN) },
      ]),
    );

  it('differ where a status differs or a row is gone, but not where the slow way failed itself', () => {
    expect(differenceOf(plan, rows([1, 2]), rows([1, 'convergence'])).worst).toMatchObject({ sample: 1 });
    expect(differenceOf(plan, rows([1, 2]), rows([1])).worst).toMatchObject({ fast: 'lost' });
    expect(differenceOf(plan, rows([1, 'convergence']), rows([1, 5])).worst).toBeUndefined();
    expect(differenceOf(plan, rows(['measurement']), rows(['measurement']))).toEqual({ exact: true });
  });

  it('are judged near zero by what the measurement is like elsewhere', () => {
    expect(differenceOf(plan, rows([1, 1e-12]), rows([1, 2e-12])).worst).toBeUndefined();
    expect(differenceOf(plan, rows([1, 1e-3]), rows([1, 1.00001e-3])).worst).toMatchObject({ sample: 1 });
  });
});

describe('the samples of the check', () => {
  it('are few, lie at the extremes of the variables, and touch every circuit', () => {
    const plan = formulaPlan({
      axes: [{ name: 'corner', length: 3, columns: [], circuits: [0, 1, 2] }],
      circuits: [0, 1, 2].map(() => formulaPlan().circuits[0]!),
    });
    const samples = pickSamples(plan, 900);
    expect(samples.length).toBeLessThanOrEqual(10);
    expect(new Set(samples.map((sample) => sample % 3)).size).toBe(3);
    const sampler = createSampler(plan);
    const x = samples.map((sample) => sampler.batch(sample, sample + 1).values[0]!);
    expect(Math.max(...x) - Math.min(...x)).toBeGreaterThan(3);
    expect(pickSamples(plan, 1)).toEqual([0]);
    expect(pickSamples(plan, 0)).toEqual([]);
  });
});
