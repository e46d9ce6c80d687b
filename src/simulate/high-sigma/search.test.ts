import { describe, expect, it } from 'vitest';
import type { SearchOptions, SearchResult, Side } from './question.ts';
import { searchFailures } from './search.ts';

type Response = (z: ArrayLike<number>) => number;

interface Question {
  readonly size: number;
  readonly response: Response;
  readonly low?: number;
  readonly high?: number;
  readonly seed?: number;
  readonly searchable?: readonly number[];
}

function search({ size, response, low, high, seed = 1, searchable }: Question): Promise<SearchResult> {
  const sides: Side[] = [
    ...(low === undefined ? [] : [{ spec: 's', response: 0, limit: low, sign: -1 as const }]),
    ...(high === undefined ? [] : [{ spec: 's', response: 0, limit: high, sign: 1 as const }]),
  ];
  const options: SearchOptions = {
    size,
    searchable: searchable ?? Array.from({ length: size }, (_, k) => k),
    sides,
    level: 5,
    seed,
    simulate: async (points) => points.map((at) => [response(at)]),
  };
  return searchFailures(options);
}

const distances = ({ regions }: SearchResult) =>
  regions.map(({ distance }) => distance).sort((a, b) => a - b);

describe('the search for failures', () => {
  it.each([1, 12, 100, 300])('lands on the limit of a linear response of %i variables', async (size) => {
    const found = await search({
      size,
      response: (z) => Array.from(z).reduce((sum, x, k) => (k < 10 ? sum + x : sum), 0),
      high: 5 * Math.sqrt(Math.min(10, size)),
    });
    expect(distances(found)).toHaveLength(1);
    expect(distances(found)[0]).toBeCloseTo(5, 2);
    expect(found.simulations).toBeLessThan(300);
  });

  it('takes less than a tenth of a thousand simulations for a dozen variables in a line', async () => {
    const found = await search({ size: 12, response: (z) => z[0]! - 0.8 * z[3]!, high: 5 });
    expect(found.simulations).toBeLessThan(100);
  });

  it('follows both limits of a spec', async () => {
    const found = await search({
      size: 6,
      response: (z) => 0.8 * z[0]! + 0.6 * z[1]!,
      low: -5.2,
      high: 4.8,
    });
    expect(found.regions.map(({ side, distance }) => [side.sign, Number(distance.toFixed(2))])).toEqual([
      [-1, 5.2],
      [1, 4.8],
    ]);
  });

  it.each([
    ['a square', (z) => z[0]! ** 2 + 0.01 * z[1]!, 25],
    ['a product', (z) => z[0]! * z[1]!, 12.5],
  ] as [string, Response, number][])(
    'finds the two ways that %s reaches its limit',
    async (_, response, high) => {
      const found = await search({ size: 6, response, high });
      expect(found.regions).toHaveLength(2);
      for (const distance of distances(found)) expect(distance).toBeCloseTo(5, 1);
      const [a, b] = found.regions.map(({ at }) => at);
      expect(a![0]! * b![0]!).toBeLessThan(0);
    },
  );

  it.each([1, 2, 3])('finds two regions of a response that only a kink joins (seed %i)', async (seed) => {
    const response: Response = (z) => Math.max(0.6 * z[0]! + 0.8 * z[1]!, 0.8 * z[3]! - 0.6 * z[2]!);
    const found = await search({ size: 10, response, high: 4.5, seed });
    const directions = found.regions.map(({ at }) => [
      0.6 * at[0]! + 0.8 * at[1]! > 4,
      0.8 * at[3]! - 0.6 * at[2]! > 4,
    ]);
    expect(directions.some(([first]) => first)).toBe(true);
    expect(directions.some(([, second]) => second)).toBe(true);
  });

  it.each([1, 2, 3])('is not led astray by a response that grows exponentially (seed %i)', async (seed) => {
    const response: Response = (z) => Math.exp(0.3 * (z[0]! + z[1]! + z[2]!));
    const found = await search({ size: 8, response, high: Math.exp(0.3 * 5 * Math.sqrt(3)), seed });
    expect(found.regions).toHaveLength(1);
    expect(Math.abs(distances(found)[0]! - 5)).toBeLessThan(0.3);
    const { at } = found.regions[0]!;
    expect((at[0]! + at[1]! + at[2]!) / Math.sqrt(3) / distances(found)[0]!).toBeGreaterThan(0.95);
  });

  it('says which limit is beyond its reach', async () => {
    const found = await search({ size: 4, response: (z) => z[0]!, low: -4, high: 9 });
    expect(distances(found)[0]).toBeCloseTo(4, 2);
    expect(found.unreached.map(({ sign }) => sign)).toEqual([1]);
  });

  it('says which limit the nominal point is beyond, and searches nothing for it', async () => {
    const found = await search({ size: 4, response: (z) => 3 + z[0]!, high: 2 });
    expect(found.failingNominal).toHaveLength(1);
    expect(found.regions).toEqual([]);
  });

  it('gets along with points that fail to simulate', async () => {
    const response: Response = (z) => (z[1]! < -2 ? Number.NaN : z[0]! + 0.2 * z[2]!);
    const found = await search({ size: 4, response, high: 5 });
    expect(distances(found)[0]).toBeCloseTo(5 / Math.hypot(1, 0.2), 1);
  });

  it('moves no variable that has only a few values', async () => {
    const response: Response = (z) => z[0]! + (z[1]! > 0 ? 0.1 : -0.1);
    const found = await search({ size: 3, response, high: 5, searchable: [0, 2] });
    for (const { at } of found.regions) expect(at[1]).toBe(0);
    expect(Math.abs(distances(found)[0]! - 5)).toBeLessThan(0.3);
  });
});
