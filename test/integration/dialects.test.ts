import { describe, expect, it } from 'vitest';
import { allReload, compileStudy } from '../../src/compile/index.ts';
import { ENGINES } from '../../src/engines/index.ts';
import { translateDialects } from '../../src/netlist/dialects/translate.ts';
import { createSampler, type Plan, type Table } from '../../src/plan/index.ts';
import { correlation } from './kolmogorov.ts';
import { hasNgspice } from './ngspice.ts';
import {
  expectSameDistribution,
  ngspiceDraws,
  type Observed,
  spicelabDraws,
  studyOfObserved,
} from './own-draws.ts';

const SAMPLES = 600;

/** The functions of other simulators in ngspice's own, so that it can draw such a deck itself once it is translated. */
const IN_NGSPICE = [
  '.func pspice_dev_uniform(a) {aunif(0,a)}',
  '.func pspice_lot_uniform(a) {aunif(0,a)}',
  '.func pspice_lot_gauss(a) {agauss(0,a,1)}',
  '.func mc(v,tol) {unif(v,tol)}',
  '.func flat(x) {aunif(0,x)}',
  '.func rand(x) {aunif(0.5,0.5)+0*x}',
];

function translated(observed: Observed): Observed {
  const lines = observed.lines.map((text, i) => ({ text, source: 0, line: i + 2 }));
  const { lines: read } = translateDialects(lines, ({ line }) => ({ file: 'deck', line }));
  return { ...observed, lines: [...IN_NGSPICE, ...read.map(({ text }) => text)] };
}

const resistance = (name: string) => `@${name}[resistance]`;
const PSPICE: Observed = {
  lines: [
    'V1 1 0 1',
    'IB 0 b 10u',
    'R1 1 0 rx 1k',
    'X1 1 b cell',
    'X2 1 b cell',
    '.subckt cell a b',
    'R1 a 0 rx 2k',
    'Q1 a b 0 qx',
    '.ends',
    '.model rx RES (R=1 DEV=2% LOT/GAUSS=5%)',
    '.model qx NPN (IS=1e-15 BF=100 DEV=30% LOT/1=20% BR=2 LOT/1=20%)',
  ],
  analysis: 'op',
  figures: { r: resistance('r1'), a: resistance('r.x1.r1'), b: resistance('r.x2.r1'), i: 'i(v1)' },
};

const LTSPICE: Observed = {
  lines: [
    'V1 1 0 1',
    'R1 1 0 {mc(1k,0.05)*y}',
    'R2 1 0 {utol(1k,0.05)*y}',
    'R3 1 0 {1k*(1+flat(0.1))*(1+rand(run))}',
    'R4 1 0 {1k*(1+rand(run))}',
    '.param y={mc(1,0.02)}',
    '.func utol(nom,tol) {if(run<0, nom, mc(nom,tol))}',
    '.step param run -1 100 1',
  ],
  analysis: 'op',
  figures: { a: resistance('r1'), b: resistance('r2'), c: resistance('r3'), d: resistance('r4') },
};

describe.skipIf(!hasNgspice())('decks of other simulators', () => {
  it('PSpice: vary as the deck that they are read as, drawn by ngspice', { timeout: 60_000 }, async () => {
    const ours = await spicelabDraws(PSPICE, SAMPLES);
    expectSameDistribution(ngspiceDraws(translated(PSPICE), SAMPLES), ours);
    // uniform of 2 % and normal of 5 %, of which the second is shared
    const [dev, lot] = [0.02 ** 2 / 3, 0.05 ** 2];
    expect(correlation(ours.a!, ours.b!)).toBeCloseTo(lot / (dev + lot), 1);
    expect(sigma(ours.r!) / 1000).toBeCloseTo(Math.sqrt(dev + lot), 2);
  });

  it('LTspice: vary as the deck that they are read as, drawn by ngspice', { timeout: 60_000 }, async () => {
    expectSameDistribution(ngspiceDraws(translated(LTSPICE), SAMPLES), await spicelabDraws(LTSPICE, SAMPLES));
  });
});

describe('decks of other simulators, compiled', () => {
  it('PSpice: every draw is told by alter or altermod, under the name and class of what it varies', async () => {
    const { plan } = await compileStudy(studyOfObserved(PSPICE, 10));
    expect(plan.variables.map(({ name, class: kind }) => `${name} ${kind}`)).toEqual([
      'r1_r_dev mismatch',
      'rx_r_lot process',
      'lot_1 process',
      ...['x1', 'x2'].flatMap((x) => [`${x}.r1_r_dev mismatch`, `${x}.q1_bf_dev mismatch`]),
    ]);
    expect(new Set(plan.assignments.map(({ kind }) => kind))).toEqual(new Set(['alter', 'altermod']));
    expect(plan.circuits[0]!.text).not.toMatch(/\b(?:dev|lot)\b|pspice/i);
  });

  it.each([
    ['PSpice', PSPICE],
    ['LTspice', LTSPICE],
  ])('%s: the fast rung is the slow rung', async (_, observed) => {
    const { plan } = await compileStudy(studyOfObserved(observed, 10));
    const [fast, slow] = [await run(plan), await run(allReload(plan))];
    expect(slow.columns.length).toBeGreaterThan(0);
    for (const [k, column] of slow.columns.entries()) {
      for (const [row, value] of column.entries()) {
        expect(Math.abs(fast.columns[k]![row]! - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value));
      }
    }
  });
});

/** The first samples of a plan, on the engine that is always there. */
async function run(plan: Plan): Promise<Table> {
  const engine = await ENGINES.find(({ name }) => name === 'wasm')!.open({});
  try {
    await engine.load(plan);
    return await engine.run(createSampler(plan).batch(0, 6));
  } finally {
    await engine.close();
  }
}

function sigma(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
