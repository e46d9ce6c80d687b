import { describe, expect, it } from 'vitest';
import { type FakeResults, fakeResults, normalVariable, spec } from '../../test/fakes/results.ts';
import { createSampler } from '../plan/sampler.ts';
import type { Sampling, Shift } from '../plan/schema.ts';
import { statusCode } from '../plan/table.ts';
import { tailBeyond } from '../stats/failure.ts';
import { answer } from './answer.ts';
import { terminalSummary } from './terminal.ts';

const variables = [normalVariable('a'), normalVariable('b')];
const DRAWS = 1024;

function importance(
  shifts: Shift[],
  response: (a: number, b: number) => number,
  change: Partial<Extract<Sampling, { method: 'importance' }>> = {},
): FakeResults {
  const sampling: Sampling = {
    ...{ method: 'importance', seed: 5, replicates: 16, searched: 60, reach: 6.5, unreached: [] },
    shifts,
    ...change,
  };
  const { values } = createSampler({ variables, axes: [], correlations: [], sampling }).batch(0, DRAWS);
  const column = (k: number) => Float64Array.from({ length: DRAWS }, (_, row) => values[2 * row + k]!);
  const [a, b] = [column(0), column(1)];
  const y = a.map((value, row) => response(value, b[row]!));
  return { plan: { variables, sampling, specs: [spec('y', undefined, 5)] }, columns: { a, b, y } };
}

const shift = (a: number, b: number, weight = 0.9): Shift => ({
  weight,
  shift: [
    { variable: 0, by: a },
    { variable: 1, by: b },
  ],
});
const defensive: Shift = { weight: 0.1, shift: [] };
const failureOf = async (fake: FakeResults) => (await answer(fakeResults(fake))).failure!;

describe('the answer of importance sampling', () => {
  it('is the normal tail where failing is a half space, without a warning', async () => {
    const { specs, regions, warnings } = await failureOf(
      importance([shift(3, 4), defensive], (a, b) => 0.6 * a + 0.8 * b),
    );
    const { probability, relativeError } = specs[0]!.failuresIgnored;
    expect(Math.abs(probability.value / tailBeyond(5) - 1)).toBeLessThan(5 * relativeError);
    expect(warnings).toEqual([]);
    expect(regions).toMatchObject([
      {
        distance: 5,
        share: 1,
        at: [
          { variable: 'b', sigmas: 4 },
          { variable: 'a', sigmas: 3 },
        ],
      },
    ]);
  });

  it('tells no mean, sigma or yield of samples that were drawn to fail', async () => {
    const { all } = await answer(fakeResults(importance([shift(5, 0), defensive], (a) => a)));
    expect([all.statistics, all.yields, all.contributors]).toEqual([[], [], []]);
    expect(all.worst[0]!.reason).toMatch(/^fails 5\.\d+ sigma out$/);
  });

  it('warns of failures away from where they were looked for', async () => {
    const { warnings } = await failureOf(
      importance([shift(5, 0), { weight: 0.5, shift: [] }], (a, b) => (a > 5 || b < -1 ? 6 : 0)),
    );
    expect(warnings.join('\n')).toMatch(/away from the regions that the search found.*a region was missed/);
  });

  it('warns where the shift is so wrong that little of the estimate is known', async () => {
    const { warnings } = await failureOf(
      importance([shift(1.2, 0), defensive], (a) => (a > 3.9 ? 6 : 0), { replicates: 0 }),
    );
    expect(warnings.join('\n')).toMatch(/below 30 its interval is uncertain too|no sample failed/);
  });

  it('warns of several regions, and of a spec that was not reached', async () => {
    const { warnings } = await failureOf(
      importance([shift(5, 0, 0.45), shift(-5, 0, 0.45), defensive], (a) => Math.abs(a), {
        unreached: ['z<1'],
      }),
    );
    expect(warnings.join('\n')).toMatch(/2 failure regions were found/);
    expect(warnings.join('\n')).toMatch(/z<1: the search met no failure within 6.5 sigma/);
  });

  it('takes shifts in one direction, as of two limits of one measurement, for one region', async () => {
    const { regions, warnings } = await failureOf(
      importance([shift(5.4, 0, 0.45), shift(5, 0.2, 0.45), defensive], (a) => a),
    );
    expect(regions).toMatchObject([{ distance: Math.hypot(5, 0.2), share: 1 }]);
    expect(warnings).toEqual([]);
  });

  it('counts samples that failed to simulate both ways', async () => {
    const fake = importance([shift(5, 0), defensive], (a) => a);
    const status = new Uint8Array(DRAWS);
    status[3] = statusCode('timeout');
    const { specs, warnings } = await failureOf({ ...fake, status });
    const [entry] = specs;
    expect(entry!.failuresCounted.failing).toBe(entry!.failuresIgnored.failing + 1);
    expect(warnings.join('\n')).toMatch(/1 of 1024 samples failed to simulate/);
  });

  it('stands in the terminal', async () => {
    const results = fakeResults(importance([shift(5, 0), defensive], (a) => a));
    const text = terminalSummary(results, await answer(results), { color: false, width: 110 });
    expect(text).toMatch(/Failure \(95 % interval; importance sampling, 60 simulations to search, 1,024 to/);
    expect(text).toMatch(/fails 5\.00 sigma out .* a \+5\.00/);
  });
});
