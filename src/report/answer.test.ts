import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { fakeResults, normalVariable, spec } from '../../test/fakes/results.ts';
import { latinHypercube } from '../plan/lhs.ts';
import type { Variable } from '../plan/schema.ts';
import { statusCode } from '../plan/table.ts';
import { answer } from './answer.ts';

const random = [normalVariable('r1')];

function normals(n: number, seed = 1): Float64Array {
  const { normal } = seeded(seed);
  return Float64Array.from({ length: n }, normal);
}

describe('answer', () => {
  it('tells mean, sigma and percentiles of a normal sample within their own intervals', async () => {
    const y = normals(5000).map((z) => 10 + 2 * z);
    const { all, groups } = await answer(
      fakeResults({ plan: { variables: random }, columns: { r1: normals(5000), y } }),
      { confidence: 0.999 },
    );
    const [column] = all.statistics;
    expect(groups).toEqual([]);
    expect(all.rows).toBe(5000);
    expect(column?.n).toBe(5000);
    for (const [estimate, truth] of [
      [column!.mean, 10],
      [column!.sigma, 2],
      [column!.skewness, 0],
      [column!.kurtosis, 0],
      [column!.percentiles.find(({ p }) => p === 0.5)!, 10],
      [column!.percentiles.find(({ p }) => p === 0.01)!, 10 - 2 * 2.3263478740408408],
    ] as const) {
      expect(estimate.low).toBeLessThan(truth);
      expect(estimate.high).toBeGreaterThan(truth);
    }
    expect(column!.histogram.counts.reduce((a, b) => a + b, 0)).toBe(5000);
  });

  it('counts failed samples both ways', async () => {
    const status = new Uint8Array(10);
    status[3] = statusCode('convergence');
    status[4] = statusCode('measurement');
    const y = [1, 1, 1, 5, Number.NaN, 9, 1, 1, 1, 1];
    const x = [1, 1, 1, 5, 2, 9, 1, 1, 1, 1];
    const { all } = await answer(
      fakeResults({
        plan: { variables: random, specs: [spec('y', undefined, 4), spec('x', undefined, 100)] },
        columns: { r1: new Float64Array(10), y, x },
        status,
        messages: new Map([[3, 'no convergence']]),
      }),
    );
    expect(all.failures).toEqual({ convergence: 1, measurement: 1 });
    const [ofY, ofX, overall] = all.yields;
    expect([ofY?.failuresCounted.passed, ofY?.failuresCounted.of]).toEqual([7, 10]);
    expect([ofY?.failuresIgnored.passed, ofY?.failuresIgnored.of]).toEqual([7, 8]);
    expect([ofX?.failuresIgnored.passed, ofX?.failuresIgnored.of]).toEqual([9, 9]);
    expect(overall?.name).toBe('overall');
    expect([overall?.failuresCounted.passed, overall?.failuresIgnored.of]).toEqual([7, 8]);
    expect(all.statistics.map(({ name, n, missing }) => [name, n, missing])).toEqual([
      ['y', 8, 2],
      ['x', 9, 1],
    ]);
  });

  it('lists failed samples first, then the ones nearest to a limit', async () => {
    const y = Float64Array.from({ length: 100 }, (_, i) => i);
    const status = new Uint8Array(100);
    status[50] = statusCode('timeout');
    const { all } = await answer(
      fakeResults({
        plan: { variables: random, specs: [spec('y', 2, 90)] },
        columns: { r1: new Float64Array(100), y },
        status,
        messages: new Map([[50, 'took more than 1 s']]),
      }),
      { worst: 4 },
    );
    expect(all.worst.map(({ sample }) => sample)).toEqual([50, 99, 98, 97]);
    expect(all.worst[0]).toMatchObject({ status: 'timeout', message: 'took more than 1 s' });
    expect(all.worst[1]?.margin).toBeCloseTo(-9 / all.statistics[0]!.sigma.value, 12);
    expect(all.worst[1]?.values).toEqual({ r1: 0, y: 99 });
  });

  it('lists the extremes of each measurement where there is no spec', async () => {
    const { all } = await answer(
      fakeResults({ plan: { variables: random }, columns: { r1: new Float64Array(5), y: [3, 1, 2, 9, 3] } }),
    );
    expect(all.worst.map(({ sample, reason }) => [sample, reason])).toEqual([
      [3, 'highest y'],
      [1, 'lowest y'],
    ]);
  });

  it('tells every point of the axes apart where there are draws too', async () => {
    const corner: Variable = {
      name: 'corner',
      unit: '',
      nominal: 0,
      labels: ['tt', 'ff'],
      source: { kind: 'axis', axis: 0 },
    };
    const temperature: Variable = {
      name: 'temp',
      unit: '°C',
      nominal: 27,
      source: { kind: 'axis', axis: 1 },
    };
    const n = 6 * 500;
    const z = normals(500);
    const y = Float64Array.from({ length: n }, (_, i) => (i % 6) + 0.01 * z[Math.floor(i / 6)]!);
    const results = fakeResults({
      plan: {
        variables: [...random, corner, temperature],
        axes: [
          { name: 'corner', length: 2, columns: [{ variable: 1, values: [0, 1] }] },
          { name: 'temp', length: 3, columns: [{ variable: 2, values: [-40, 27, 125] }] },
        ],
      },
      columns: {
        r1: Float64Array.from({ length: n }, (_, i) => z[Math.floor(i / 6)]!),
        corner: Float64Array.from({ length: n }, (_, i) => Math.floor((i % 6) / 3)),
        temp: Float64Array.from({ length: n }, (_, i) => [-40, 27, 125][i % 3]!),
        y,
      },
      batchRows: [100, 7, 1],
    });
    const { all, groups } = await answer(results);
    expect(groups.map(({ label }) => label)).toEqual([
      'corner=tt, temp=-40 °C',
      'corner=tt, temp=27 °C',
      'corner=tt, temp=125 °C',
      'corner=ff, temp=-40 °C',
      'corner=ff, temp=27 °C',
      'corner=ff, temp=125 °C',
    ]);
    groups.forEach(({ rows, statistics }, point) => {
      expect(rows).toBe(500);
      expect(statistics[0]!.mean.value).toBeCloseTo(point, 2);
    });
    // Points are fixed and draws shared: only the draws make the overall mean uncertain.
    const { mean, methods } = all.statistics[0]!;
    expect(methods['mean']).toBe('Student t over 20 random groups of draws');
    expect(mean.high - mean.low).toBeLessThan(0.01);
  });

  it('calls nothing uncertain in a sweep', async () => {
    const v: Variable = { name: 'v', unit: 'V', nominal: 0, source: { kind: 'axis', axis: 0 } };
    const { all, groups } = await answer(
      fakeResults({
        plan: {
          variables: [v],
          axes: [{ name: 'v', length: 3, columns: [{ variable: 0, values: [1, 2, 3] }] }],
        },
        columns: { v: [1, 2, 3], y: [1, 4, 7] },
      }),
    );
    expect(groups).toEqual([]);
    expect(all.contributors).toEqual([]);
    expect(all.statistics[0]?.mean).toEqual({ value: 4, low: 4, high: 4 });
  });

  it('gives the same bits however the rows are batched', async () => {
    const columns = { r1: normals(3000, 2), y: normals(3000) };
    const plan = { variables: random, specs: [spec('y', -2, 2)] };
    const once = await answer(fakeResults({ plan, columns, batchRows: [3000] }));
    const shredded = await answer(fakeResults({ plan, columns, batchRows: [1, 17, 256] }));
    expect(shredded).toEqual(once);
  });

  it('has exact percentiles and extremes of more values than it holds at once', async () => {
    const n = 2 ** 18 + 5000;
    const y = normals(n, 3).map((z, i) => (i % 3 === 0 ? Math.round(z) : z));
    const { all } = await answer(fakeResults({ plan: { variables: random }, columns: { r1: y, y } }));
    const sorted = y.slice().sort();
    for (const { p, value, low, high } of all.statistics[0]!.percentiles) {
      const below = Math.floor((n - 1) * p);
      expect(value).toBeCloseTo(
        sorted[below]! + ((n - 1) * p - below) * (sorted[below + 1]! - sorted[below]!),
        12,
      );
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(sorted.includes(low) && sorted.includes(high)).toBe(true);
    }
    expect(all.statistics[0]?.histogram.counts.reduce((a, b) => a + b, 0)).toBe(n);
  });

  it('takes the intervals of a Sobol run from its replicates', async () => {
    const { normal } = seeded(12);
    const shift = Array.from({ length: 8 }, () => 0.01 * normal());
    // Points of a replicate are spread evenly, so that all the error of its mean is the replicate's own shift.
    const y = Float64Array.from({ length: 4000 }, (_, i) => (Math.floor(i / 8) + 0.5) / 500 + shift[i % 8]!);
    const { all } = await answer(
      fakeResults({
        plan: {
          variables: random,
          sampling: { method: 'sobol', seed: 1, replicates: 8 },
          specs: [spec('y', undefined, 0.9)],
        },
        columns: { r1: y, y },
      }),
    );
    const { mean, percentiles, methods } = all.statistics[0]!;
    const average = shift.reduce((sum, x) => sum + x, 0) / 8;
    const deviation = Math.sqrt(shift.reduce((sum, x) => sum + (x - average) ** 2, 0) / 7);
    // Student's t with 7 degrees of freedom: 2.364624
    expect(mean.high - mean.value).toBeCloseTo((2.364624 * deviation) / Math.sqrt(8), 7);
    expect(methods['mean']).toBe('Student t over 8 scrambled replicates');
    const median = percentiles.find(({ p }) => p === 0.5)!;
    expect((median.high - median.low) / (mean.high - mean.low)).toBeGreaterThan(0.8);
    expect((median.high - median.low) / (mean.high - mean.low)).toBeLessThan(1.3);
    expect(all.yields[0]?.method).toBe('Student t over 8 scrambled replicates');
    expect(all.yields[0]!.failuresCounted.high - all.yields[0]!.failuresCounted.low).toBeLessThan(0.03);
  });

  it('takes the intervals of Latin hypercubes from their differences, narrower than those of random draws', async () => {
    const block = 40;
    const [a, b] = [1, 2].map((seed) => latinHypercube(seed, 'u', block));
    const seeds = 20;
    let covered = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const from = seed * 16 * block;
      // an additive function of two uniform variables, whose mean is 1
      const y = Float64Array.from({ length: 16 * block }, (_, i) => a!(from + i) + b!(from + i));
      const plan = { variables: random, sampling: { method: 'lhs' as const, seed: 1, block } };
      const { all } = await answer(fakeResults({ plan, columns: { r1: y, y } }));
      const { mean, methods, sigma } = all.statistics[0]!;
      expect(methods['mean']).toBe('Student t over 16 Latin hypercubes');
      expect(mean.high - mean.low).toBeLessThan((0.3 * 2 * 1.96 * sigma.value) / Math.sqrt(16 * block));
      if (mean.low <= 1 && 1 <= mean.high) covered++;
    }
    expect(covered / seeds).toBeGreaterThanOrEqual(0.85);
  });

  it('takes a single Latin hypercube for random draws', async () => {
    const y = normals(300);
    const plan = { variables: random, sampling: { method: 'lhs' as const, seed: 1, block: 300 } };
    const { all } = await answer(fakeResults({ plan, columns: { r1: y, y } }));
    expect(all.statistics[0]!.methods['mean']).toBe('Student t');
  });

  it('answers for a run without rows', async () => {
    const { all } = await answer(
      fakeResults({ plan: { variables: random, specs: [spec('y', 0, 1)] }, columns: { r1: [], y: [] } }),
    );
    expect(all.rows).toBe(0);
    expect(all.statistics[0]?.mean.value).toBeNaN();
    expect(all.yields[0]?.failuresCounted).toMatchObject({ passed: 0, of: 0, low: 0, high: 1 });
  });

  it('names the measurements that are near to an unknown one', async () => {
    const results = fakeResults({ columns: { gain: [1], bw: [2] } });
    await expect(answer(results, { measurements: ['gian'] })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      remedy: expect.stringContaining('gain'),
    });
    await expect(answer(results, { confidence: 95 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
