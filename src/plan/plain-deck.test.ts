import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplePlan } from '../../test/sample-plan.ts';
import { SpiceLabError } from '../errors/index.ts';
import { circuitText, compileAssignments, compileValue } from './assignments.ts';
import { plainDeck } from './plain-deck.ts';
import { printExact, readsBack } from './print-number.ts';

describe('numbers printed for the simulator', () => {
  it('read back the same by both of its readers, or at least by correct rounding', () => {
    let missed = 0;
    const magnitudes = fc.tuple(
      fc.double({ min: 1, max: 10, noNaN: true }),
      fc.integer({ min: -30, max: 30 }),
    );
    fc.assert(
      fc.property(magnitudes, ([mantissa, exponent]) => {
        const value = mantissa * 10 ** exponent;
        const text = printExact(value);
        if (!readsBack(text, value)) missed++;
        expect(Math.abs(Number(text) / value - 1)).toBeLessThanOrEqual(2 ** -52);
        expect(printExact(-value)).toBe(`-${text}`);
      }),
      { numRuns: 2000 },
    );
    // A few doubles are out of reach of its two roundings; a unit in the last place is what they miss by.
    expect(missed).toBeLessThan(60);
  });

  it('stay as short as they can', () => {
    expect([0, -0, 1000, -27, 1e-12, 1.5, 1e30].map(printExact)).toEqual([
      '0',
      '0',
      '1000',
      '-27',
      '1e-12',
      '15e-1',
      '1e30',
    ]);
  });
});

describe('circuits', () => {
  const row = Float64Array.of(1010, 45e-9, 1);

  it('fill only active slots for the fast rung, and every slot to print', () => {
    expect(circuitText(samplePlan(), 0, row, 'active')).toContain('r1 in out 1k\nc1 out 0 9e-8\n');
    expect(circuitText(samplePlan(), 0, row, 'all')).toContain('r1 in out 1010\nc1 out 0 9e-8\n');
  });

  it('take the text of the circuit asked for', () => {
    expect(circuitText(samplePlan(), 1, row, 'all')).toMatch(/^rc ff\n/);
  });
});

describe('assignments', () => {
  it('evaluate their expressions over a row', () => {
    const [alter, temperature] = compileAssignments(samplePlan());
    const row = Float64Array.of(1010, 45e-9, 1);
    expect(alter!.value(row)).toBe(1010);
    expect(temperature!.value(row)).toBe(28);
  });

  it.each(['$3', 'x + 1', '$0 +', ''])('refuse "%s" in a plan of three variables', (text) => {
    expect(() => compileValue(text, 3)).toThrow(SpiceLabError);
  });
});

describe('the plain deck of a sample', () => {
  it('is the whole deck: filled circuit, what slots do not cover, analyses, measurements, prints, one .end', () => {
    const deck = plainDeck(samplePlan(), 1);
    const lines = deck.trimEnd().split('\n');
    expect(lines[0]).toBe('rc ff');
    expect(lines.at(-1)).toBe('.end');
    expect(lines.filter((line) => line === '.end')).toHaveLength(1);
    expect(deck).toMatch(
      /\.control[\s\S]*option temp = 28\nac dec 20 1 1meg\nmeas ac bw when vdb\(out\)=-3\n/,
    );
    expect(deck).toContain('* peak = max(vdb(out))\nmeas ac peak max vdb(out)\n');
    expect(deck).toContain('* corner = ff');
    expect(deck).not.toContain('alter r1');
  });

  it('alters what no slot covers, and resets after alterparam', () => {
    const plan = samplePlan();
    plan.assignments.splice(
      0,
      2,
      { kind: 'alter', device: 'm.xm1.m0', parameter: 'delvto', value: '$2' },
      { kind: 'altermod', model: 'nmos.0', parameter: 'vth0', value: '$2 / 2' },
      { kind: 'alterparam', parameter: 'x', value: '$2 * 3' },
    );
    expect(plainDeck(plan, 1)).toContain(
      'alterparam x = 3\nreset\nalter @m.xm1.m0[delvto] = 1\naltermod @nmos.0[vth0] = 5e-1\n',
    );
  });

  it('prints the values that commands take from the variables', () => {
    const plan = samplePlan();
    plan.analyses[0]!.command = 'ac dec 20 1 {$2 * 1meg}';
    plan.measurements[0] = {
      name: 'bw',
      unit: 'Hz',
      source: { kind: 'meas', analysis: 'ac', command: 'when vdb(out)={-3 * $2}' },
    };
    expect(plainDeck(plan, 1)).toContain('ac dec 20 1 1000000\nmeas ac bw when vdb(out)=-3\n');
  });

  it('saves what an operating point keeps to itself', () => {
    const plan = samplePlan();
    plan.analyses.push({ name: 'tran', kind: 'tran', command: 'tran 1n 1u', vectors: ['@m1[gm]'] });
    expect(plainDeck(plan, 0)).toContain('save all @m1[gm]\ntran 1n 1u\nprint @m1[gm]');
  });

  it('prints all of a transfer function, whose impedances ngspice names after their nodes', () => {
    const plan = samplePlan();
    plan.analyses.push({ name: 'tf', kind: 'tf', command: 'tf v(out) v1', vectors: ['output_impedance'] });
    expect(plainDeck(plan, 0)).toContain('tf v(out) v1\nprint all\n');
  });

  it.each([-1, 1.5, Number.NaN])('refuses sample %d', (sample) => {
    expect(() => plainDeck(samplePlan(), sample)).toThrow(SpiceLabError);
  });
});
