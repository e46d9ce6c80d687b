import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { evaluate, parseExpression, printExpression } from '../expression/index.ts';
import { type DrawDistribution, drawForm } from './statistical-functions.ts';

const form = (call: string, place?: { file: string; line: number }) => {
  const node = parseExpression(call);
  if (node.kind !== 'call') throw new Error(call);
  return drawForm(
    node.name,
    node.args.map(({ value }) => {
      try {
        return { kind: 'number', value: evaluate(value) };
      } catch {
        return value;
      }
    }),
    place,
  );
};

/** Mean and standard deviation in closed form. */
function moments(d: DrawDistribution): [mean: number, sigma: number] {
  switch (d.kind) {
    case 'normal':
      return [d.mean, d.sigma];
    case 'uniform':
      return [(d.low + d.high) / 2, (d.high - d.low) / Math.sqrt(12)];
    case 'discrete': {
      const total = d.weights.reduce((a, b) => a + b);
      const mean = d.values.reduce((sum, v, i) => sum + (v * d.weights[i]!) / total, 0);
      return [
        mean,
        Math.sqrt(d.values.reduce((sum, v, i) => sum + ((v - mean) ** 2 * d.weights[i]!) / total, 0)),
      ];
    }
    case 'truncated-normal':
      return [d.mean, d.sigma];
    case 'empirical': {
      // straight lines between equally likely quantiles
      const { sorted } = d;
      const steps = sorted.length - 1;
      const cells = Array.from({ length: steps }, (_, i) => [sorted[i]!, sorted[i + 1]!] as const);
      const mean = cells.reduce((sum, [a, b]) => sum + (a + b) / 2, 0) / steps;
      const square = cells.reduce((sum, [a, b]) => sum + (a * a + a * b + b * b) / 3, 0) / steps;
      return [mean, Math.sqrt(square - mean * mean)];
    }
  }
}

describe('a statistical call of numbers', () => {
  it.each([
    // ngspice manual, 2.8.5
    ['agauss(1, 0.3, 3)', 1, 0.1],
    ['agauss(1, -0.3, 3)', 1, 0.1],
    ['gauss(10, 0.3, 3)', 10, 1],
    ['gauss(0, 0.025, 1)', 0, 0],
    ['gauss(-10, 0.3, 3)', -10, 1],
    ['aunif(5, 3)', 5, Math.sqrt(3)],
    ['unif(-10, 0.3)', -10, Math.sqrt(3)],
    ['limit(2, 0.5)', 2, 0.5],
    // LTspice help
    ['mc(1k, 0.06)', 1000, 60 / Math.sqrt(3)],
    ['flat(3)', 0, Math.sqrt(3)],
    ['gauss(0.2)', 0, 0.2],
    ['rand(7)', 0.5, 1 / Math.sqrt(12)],
    ['random(7)', 0.5, 1 / Math.sqrt(12)],
    ['pspice_dev_uniform(0.3)', 0, 0.3 / Math.sqrt(3)],
    ['pspice_lot_gauss(0.3)', 0, 0.3],
    ['pspice_dev_corners(2, -1, 0, 0, 1, 1, 0)', 0, 2 / Math.sqrt(6)],
  ])('%s has mean %d and sigma %d', (call, mean, sigma) => {
    const drawn = form(call);
    expect(drawn.form).toBe('value');
    const [itsMean, itsSigma] = moments(drawn.distribution);
    expect(itsMean).toBeCloseTo(mean, 12);
    expect(itsSigma).toBeCloseTo(sigma, 3);
    expect(drawn.nominal).toEqual({ kind: 'number', value: mean });
    expect(drawn.nominalScore).toBe(mean);
  });

  it('cuts PSpice GAUSS at four times the tolerance, and limits have no other values than their two ends', () => {
    expect(form('pspice_lot_gauss(0.05)').distribution).toMatchObject({ low: -0.2, high: 0.2 });
    expect(form('limit(2, 0.5)').distribution).toEqual({
      kind: 'discrete',
      values: [1.5, 2.5],
      weights: [1, 1],
    });
  });

  it('does not vary where its tolerance is zero', () => {
    for (const call of ['pspice_lot_gauss(0)', 'agauss(1,0,3)', 'mc(0,0.1)', 'gauss(0,1,1)']) {
      expect(form(call).spread).toEqual({ kind: 'number', value: expect.closeTo(0) });
    }
  });
});

describe('a statistical call of what is not yet known', () => {
  it('is a score and the arithmetic of its simulator', () => {
    const drawn = form('agauss(vth, 3*s, 3)');
    expect(drawn).toMatchObject({
      form: 'score',
      distribution: { kind: 'normal', mean: 0, sigma: 1 },
      nominalScore: 0,
    });
    expect(printExpression(drawn.value({ kind: 'variable', index: 4 }))).toBe('vth + 3 * s / 3 * $4');
    expect(evaluate(drawn.nominal, (name) => ({ vth: 0.4, s: 1 })[name])).toBe(0.4);
  });

  it('keeps expressions over draws apart from its own arguments', () => {
    const drawn = form('unif($1, $0)');
    expect(printExpression(drawn.value({ kind: 'variable', index: 2 }))).toBe('$1 + $1 * $0 * $2');
  });
});

describe('a wrong statistical call', () => {
  const place = { file: 'deck.cir', line: 3 };
  const failure = (call: string): SpiceLabError => {
    try {
      form(call, place);
    } catch (thrown) {
      if (thrown instanceof SpiceLabError) return thrown;
    }
    throw new Error(`${call} was taken`);
  };

  it.each([
    ['agauss(1, 2)', 'DECK_SYNTAX', 'agauss has 2 arguments, and takes 3'],
    ['gauss(1, 2)', 'DECK_SYNTAX', 'gauss has 2 arguments, and takes 3 or 1'],
    ['aunif(1)', 'DECK_SYNTAX', 'aunif has 1 argument, and takes 2'],
    ['mc(1, 2, 3)', 'DECK_SYNTAX', 'mc has 3 arguments, and takes 2'],
    ['agauss(1, 0.1, -3)', 'DISTRIBUTION_INVALID', 'sigma of agauss is -3'],
    ['gauss(x, 0.1, 0)', 'DISTRIBUTION_INVALID', 'sigma of gauss is 0'],
    ['agauss(1/0, 0.1, 3)', 'DISTRIBUTION_INVALID', 'nominal of agauss is Infinity'],
    ['agaus(1, 2, 3)', 'EXPRESSION_NAME', 'there is no statistical function "agaus"'],
  ])('%s is refused with its place and a remedy', (call, code, message) => {
    const error = failure(call);
    expect(error).toMatchObject({ code, message, place });
    expect(error.remedy).toBeTruthy();
  });
});
