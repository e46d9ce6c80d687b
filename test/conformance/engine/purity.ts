import { describe, expect, it } from 'vitest';
import { alter, batchOf, planOf } from '../plans.ts';
import { type CurrentEngine, rowBits, singleRow } from './play.ts';

/** The same order of indices on every machine: a permutation of 0…n-1 for n that 167 does not divide. */
const shuffled = (n: number): number[] => Array.from({ length: n }, (_, k) => (k * 167 + 91) % n);

export function purityTests(engine: CurrentEngine): void {
  describe('purity', () => {
    it('a batch of 256 equals 256 batches of 1 in another order, bit for bit', async () => {
      const plan = planOf({
        circuits: [
          [
            'amplifier',
            'vdd vdd 0 3',
            'vin g 0 dc 1 ac 1',
            'm1 out g 0 0 nn w=10u l=1u',
            'rd vdd out 10k',
            'cl out 0 1p',
            'd1 out 0 dd',
            '.model nn nmos(level=1 vto=0.6 kp=50u lambda=0.05)',
            '.model dd d(is=1e-15)',
            '.end\n',
          ].join('\n'),
        ],
        variables: { w: 10e-6, rd: 10e3, vto: 0.6, temperature: 27 },
        assignments: [
          alter('m1', '$0', 'w'),
          alter('rd', '$1'),
          { kind: 'altermod', model: 'nn', parameter: 'vto', value: '$2' },
          { kind: 'temperature', value: '$3' },
        ],
        analyses: { op: 'op', ac: 'ac dec 2 1k 1g' },
        vectors: { op: ['v(out)', '@m1[gm]'], ac: ['v(out)'] },
        measurements: {
          out: 'op: v(out)',
          gm: 'op: @m1[gm]',
          gain: 'ac: max(vdb(out))',
          corner: 'ac: meas find vdb(out) at=1meg',
          product: 'gm*gain',
        },
      });
      const n = 256;
      const spread = (k: number, low: number, high: number) => low + ((high - low) * ((k * 37) % n)) / n;
      const rows = Array.from({ length: n }, (_, k) => [
        spread(k, 8e-6, 12e-6),
        spread(k * 3, 5e3, 15e3),
        spread(k * 7, 0.5, 0.7),
        spread(k * 11, -40, 125),
      ]);
      const batch = batchOf(rows);
      await engine().load(plan);
      const together = await engine().run(batch);
      await engine().load(plan);
      for (const row of shuffled(n)) {
        const alone = await engine().run(singleRow(batch, row));
        expect(rowBits(alone, 0)).toBe(rowBits(together, row));
      }
      expect(together.messages.size).toBe(0);
    });
  });
}
