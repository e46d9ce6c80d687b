import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileStudy } from '../../src/compile/index.ts';
import { plainDeck } from '../../src/plan/index.ts';
import { hasNgspice } from './ngspice.ts';
import { type Observed, studyOfObserved } from './own-draws.ts';
import { benchmarkDeck, hasModels } from './pdk-decks.ts';
import { expectClose, expectRungsToAgree, firstRows } from './rungs.ts';

const ROWS = 4;
/** `ngspice -b` prints `meas` with 7 digits. */
const PRINTED = 1e-6;

const DECKS: readonly (readonly [name: string, observed: Omit<Observed, 'lines'>])[] = [
  ['ota-mismatch-gf180', { analysis: 'op', figures: { offset: 'v(out)-v(inp)' } }],
  ['ota-mismatch-sky130', { analysis: 'op', figures: { offset: 'v(out)-v(inp)' } }],
  [
    'ring-gf180',
    {
      analysis: 'tran 20p 5n uic',
      figures: { period: { meas: 'trig v(n1) val=1.65 rise=2 targ v(n1) val=1.65 rise=4' } },
    },
  ],
  [
    'opamp-gf180',
    {
      analysis: 'ac dec 20 10 1g',
      figures: {
        gain: { meas: 'find vdb(out) at=100' },
        gbw: { meas: 'when vdb(out)=0' },
        phase: { meas: 'find vp(out) when vdb(out)=0' },
      },
    },
  ],
  [
    'sram-gf180',
    {
      analysis: 'dc vu -2.3 2.3 0.02',
      figures: { upper: { meas: 'max v(d)' }, lower: { meas: 'min v(d)' } },
    },
  ],
];

describe.skipIf(!hasNgspice() || !hasModels())('a deck of an open PDK that draws for itself', () => {
  it.each(DECKS)('%s: what a loaded circuit is told gives what a new one would', async (name, told) => {
    const { plan } = await compileStudy(studyOfObserved({ lines: benchmarkDeck(name), ...told }, ROWS));
    expect(plan.circuits[0]!.slots.filter(({ active }) => active)).toEqual([]);
    const { columns } = await expectRungsToAgree(plan, ROWS);
    for (const column of columns) expect(new Set(column).size).toBe(ROWS);
  });

  it.each(DECKS)(
    '%s: the deck of a sample, run by ngspice alone, gives the figures of its row',
    async (name, told) => {
      const { plan } = await compileStudy(studyOfObserved({ lines: benchmarkDeck(name), ...told }, ROWS));
      const table = await firstRows(plan, ROWS);
      const folder = mkdtempSync(join(tmpdir(), 'spicelab-deck-'));
      try {
        for (const sample of [0, ROWS - 1]) {
          const deck = plainDeck(plan, sample);
          expect(deck).not.toMatch(/\b(agauss|gauss|aunif|unif|limit)\s*\(/i);
          writeFileSync(join(folder, 'deck.cir'), deck);
          const { stdout } = spawnSync('ngspice', ['-b', 'deck.cir'], { cwd: folder, encoding: 'utf8' });
          for (const [k, { name: figure }] of plan.measurements.entries()) {
            const printed = new RegExp(`^${figure}\\s*=\\s*(\\S+)`, 'm').exec(stdout)?.[1];
            expectClose(
              `${figure} of sample ${sample}`,
              Number(printed),
              table.columns[k]![sample]!,
              PRINTED,
            );
          }
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
