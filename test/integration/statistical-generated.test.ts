import { describe, expect, it } from 'vitest';
import { compileStudy } from '../../src/compile/index.ts';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { drawingDeck } from './drawing-deck.ts';
import { hasNgspice } from './ngspice.ts';
import {
  expectSameDistribution,
  ngspiceDraws,
  type Observed,
  spicelabDraws,
  studyOfObserved,
} from './own-draws.ts';
import { expectRungsToAgree } from './rungs.ts';

const SAMPLES = 1000;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const found = await libngspice.find({});
if (!found) console.warn('skipped: libngspice is not installed');

const observedOf = (lines: readonly string[], resistances: readonly string[]): Observed => ({
  lines,
  analysis: 'op',
  figures: Object.fromEntries(resistances.map((name, k) => [`q${k}`, name])),
});

describe.skipIf(!found || !hasNgspice())('a deck that draws for itself', () => {
  it.each(SEEDS)(
    'generated deck %i: every resistor has the distribution that ngspice gives it',
    async (seed) => {
      const { lines, resistances } = drawingDeck(seed);
      const observed = observedOf(lines, resistances);
      const wanted = ngspiceDraws(observed, SAMPLES);
      try {
        expectSameDistribution(wanted, await spicelabDraws(observed, SAMPLES));
      } catch (thrown) {
        const legend = resistances.map((name, k) => `q${k} ${name}`).join(', ');
        throw new Error(`${String(thrown)}\n${lines.join('\n')}\n${legend}`, { cause: thrown });
      }
    },
  );

  it.each(SEEDS)('generated deck %i: a loaded circuit and a new one give the same sample', async (seed) => {
    const { lines, resistances } = drawingDeck(seed);
    const { plan } = await compileStudy(studyOfObserved(observedOf(lines, resistances), 3));
    await expectRungsToAgree(plan, 3);
  });

  it('is no comparison that anything would pass: a sigma of another size and a copy for a use are told apart', () => {
    const observe = (...lines: readonly string[]) =>
      ngspiceDraws(observedOf(['v1 1 0 1', ...lines], ['@r1[resistance]', '@r2[resistance]']), SAMPLES);
    const deck = ['.param x=agauss(1k,100,3)', '.param y=x'];
    const uses = observe(...deck, 'r1 1 0 {x}', 'r2 1 0 {x}');
    const copies = observe(...deck, 'r1 1 0 {y}', 'r2 1 0 {y}');
    const wider = observe('.param x=agauss(1k,125,3)', 'r1 1 0 {x}', 'r2 1 0 {x}');
    expect(() => expectSameDistribution(uses, copies)).toThrow(/q0 with q1/);
    expect(() => expectSameDistribution(uses, wider)).toThrow(/q[01]: mean/);
  });
});
