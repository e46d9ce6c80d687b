import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { CovarianceCollector } from './covariance.ts';
import { symmetricEigen } from './eigen.ts';
import { fitLinear, type LinearModel } from './regression.ts';

/** Fits the last column of each row on the others. */
function fitRows(rows: readonly (readonly number[])[]): { model: LinearModel; sigmas: number[] } {
  const predictors = rows[0]!.length - 1;
  const collector = new CovarianceCollector(predictors, 1);
  for (const row of rows) collector.add(Float64Array.from(row));
  const { moments } = collector.finish()[0]!;
  const sigmas = Array.from({ length: predictors }, (_, p) =>
    Math.sqrt(moments.squares(p) / (moments.n - 1)),
  );
  return { model: fitLinear(moments)[0]!, sigmas };
}

/** NIST StRD, linear regression, Norris: x, y. */
const NORRIS = [
  0.2, 0.1, 337.4, 338.8, 118.2, 118.1, 884.6, 888.0, 10.1, 9.2, 226.5, 228.1, 666.3, 668.5, 996.3, 998.5,
  448.6, 449.1, 777.0, 778.9, 558.2, 559.2, 0.4, 0.3, 0.6, 0.1, 775.5, 778.1, 666.9, 668.8, 338.0, 339.3,
  447.5, 448.9, 11.6, 10.8, 556.0, 557.7, 228.1, 228.3, 995.8, 998.0, 887.6, 888.8, 120.2, 119.6, 0.3, 0.3,
  0.3, 0.6, 556.8, 557.6, 339.1, 339.3, 887.2, 888.0, 999.0, 998.5, 779.0, 778.9, 11.1, 10.2, 118.3, 117.6,
  229.2, 228.9, 669.1, 668.4, 448.9, 449.2, 0.5, 0.2,
];

/** NIST StRD, linear regression, Longley: six predictors that nearly depend on each other, y last. */
const LONGLEY = [
  [83.0, 234289, 2356, 1590, 107608, 1947, 60323],
  [88.5, 259426, 2325, 1456, 108632, 1948, 61122],
  [88.2, 258054, 3682, 1616, 109773, 1949, 60171],
  [89.5, 284599, 3351, 1650, 110929, 1950, 61187],
  [96.2, 328975, 2099, 3099, 112075, 1951, 63221],
  [98.1, 346999, 1932, 3594, 113270, 1952, 63639],
  [99.0, 365385, 1870, 3547, 115094, 1953, 64989],
  [100.0, 363112, 3578, 3350, 116219, 1954, 63761],
  [101.2, 397469, 2904, 3048, 117388, 1955, 66019],
  [104.6, 419180, 2822, 2857, 118734, 1956, 67857],
  [108.4, 442769, 2936, 2798, 120445, 1957, 68169],
  [110.8, 444546, 4681, 2637, 121950, 1958, 66513],
  [112.6, 482704, 3813, 2552, 123366, 1959, 68655],
  [114.2, 502601, 3931, 2514, 125368, 1960, 69564],
  [115.7, 518173, 4806, 2572, 127852, 1961, 69331],
  [116.9, 554894, 4007, 2827, 130081, 1962, 70551],
];

describe('linear regression', () => {
  it('has the certified slope and R² of Norris', () => {
    const rows = Array.from({ length: 36 }, (_, k) => [NORRIS[2 * k]!, NORRIS[2 * k + 1]!]);
    const { model, sigmas } = fitRows(rows);
    expect(model.slopes[0]! / sigmas[0]!).toBeCloseTo(1.00211681802045, 12);
    expect(model.rSquared).toBeCloseTo(0.999993745883712, 13);
    expect(model.n).toBe(36);
  });

  it('has the certified coefficients and R² of Longley, although its predictors nearly depend on each other', () => {
    const { model, sigmas } = fitRows(LONGLEY);
    const certified = [
      15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359, -0.0511041056535807,
      1829.15146461355,
    ];
    certified.forEach((slope, p) => {
      expect(model.slopes[p]! / sigmas[p]! / slope).toBeCloseTo(1, 8);
    });
    expect(model.rSquared).toBeCloseTo(0.995479004577296, 10);
    expect(model.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(model.rSquared, 12);
  });

  it('divides R² between correlated predictors as the CAR scores of Zuber and Strimmer do', () => {
    const { normal } = seeded(3);
    const rho = 0.8;
    const rows = Array.from({ length: 20_000 }, () => {
      const a = normal();
      return [a, rho * a + Math.sqrt(1 - rho * rho) * normal(), a];
    });
    const { model } = fitRows(rows);
    // y = x1: the scores are the first column of the square root of [[1, rho], [rho, 1]].
    expect(model.shares[0]).toBeCloseTo(((Math.sqrt(1 + rho) + Math.sqrt(1 - rho)) / 2) ** 2, 2);
    expect(model.shares[1]).toBeCloseTo(((Math.sqrt(1 + rho) - Math.sqrt(1 - rho)) / 2) ** 2, 2);
    expect(model.rSquared).toBeCloseTo(1, 12);
  });

  it('lets exactly dependent predictors share what they explain', () => {
    const { normal } = seeded(4);
    const rows = Array.from({ length: 500 }, () => {
      const x = normal();
      return [x, 2 * x + 5, 3 * x];
    });
    const { model } = fitRows(rows);
    expect(model.rSquared).toBeCloseTo(1, 9);
    expect(model.shares[0]).toBeCloseTo(0.5, 6);
    expect(model.shares[1]).toBeCloseTo(0.5, 6);
  });

  it('explains nothing of a constant, nor by a constant', () => {
    const rows = Array.from({ length: 50 }, (_, i) => [i, 3, 7]);
    expect(fitRows(rows).model.rSquared).toBe(0);
    expect(fitRows(rows.map(([x]) => [3, x!])).model.rSquared).toBe(0);
  });

  it('finds the two that matter among more predictors than rows', () => {
    const { normal } = seeded(9);
    const rows = Array.from({ length: 250 }, () => {
      const x = Array.from({ length: 300 }, normal);
      return [...x, 3 * x[17]! + 2 * x[200]!];
    });
    const { shares } = fitRows(rows).model;
    expect([...shares.keys()].sort((a, b) => shares[b]! - shares[a]!).slice(0, 2)).toEqual([17, 200]);
    expect(Math.abs(shares[17]! - 9 / 13)).toBeLessThan(0.15);
    expect(shares.filter((share) => share > 0).length).toBeLessThan(6);
  });

  it('uses for each response the rows where it has a value', () => {
    const { normal } = seeded(5);
    const collector = new CovarianceCollector(1, 2);
    const alone = new CovarianceCollector(1, 1);
    for (let i = 0; i < 1000; i++) {
      const x = normal();
      const y = 2 * x + normal();
      const missing = i > 300 && i % 3 === 0;
      collector.add(Float64Array.of(x, -x, missing ? Number.NaN : y));
      if (!missing) alone.add(Float64Array.of(x, y));
    }
    const [whole, part] = collector.finish();
    const expected = fitLinear(alone.finish()[0]!.moments)[0]!;
    const found = fitLinear(part!.moments)[part!.response]!;
    expect(whole!.moments.n).toBe(1000);
    expect(found.n).toBe(expected.n);
    expect(found.rSquared).toBeCloseTo(expected.rSquared, 12);
    expect(found.slopes[0]).toBeCloseTo(expected.slopes[0]!, 12);
  });
});

describe('eigenvalues', () => {
  it('rebuild the matrix', () => {
    const { normal } = seeded(6);
    const size = 12;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++)
      for (let j = i; j < size; j++) matrix[i * size + j] = matrix[j * size + i] = normal();
    const { values, vectors } = symmetricEigen(matrix, size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += vectors[i * size + k]! * values[k]! * vectors[j * size + k]!;
        expect(sum).toBeCloseTo(matrix[i * size + j]!, 12);
      }
  });
});
