import { describe, expect, it } from 'vitest';
import { planOf, RC } from '../plans.ts';
import { type CurrentEngine, expectFigures, play } from './play.ts';

/** CODATA 2018; ngspice's own constants agree to 1e-6. */
const BOLTZMANN = 1.380649e-23;
const ROOM = 300.15;
const THERMAL = (BOLTZMANN * ROOM) / 1.602176634e-19;

/** Tight enough that Newton's last step is far below what is compared. */
const TIGHT = '.options reltol=1e-9 abstol=1e-16 vntol=1e-13\n';

/** Figures against closed forms. */
export function figureTests(engine: CurrentEngine): void {
  describe('figures', () => {
    it('.ac: magnitude and phase of a first-order low-pass', async () => {
      const plan = planOf({
        circuits: [RC],
        analyses: { ac: 'ac dec 20 10 1meg' },
        vectors: { ac: ['v(out)'] },
        measurements: {
          magnitude: 'ac: at(mag(v(out)), 1k)',
          decibels: 'ac: meas find vdb(out) at=1k',
          real: 'ac: at(real(v(out)), 1k)',
          imaginary: 'ac: at(imag(v(out)), 1k)',
        },
      });
      const w = 2 * Math.PI * 1e3 * 1e3 * 100e-9;
      expectFigures(plan, await play(engine(), plan), {
        magnitude: 1 / Math.sqrt(1 + w * w),
        decibels: -10 * Math.log10(1 + w * w),
        real: 1 / (1 + w * w),
        imaginary: -w / (1 + w * w),
      });
    });

    it('.op, .dc and .tf of a divider, several analyses of one deck', async () => {
      const plan = planOf({
        circuits: ['divider\nv1 in 0 dc 3\nr1 in out 1k\nr2 out 0 2k\n.end\n'],
        analyses: { op: 'op', dc: 'dc v1 0 5 0.5', tf: 'tf v(out) v1' },
        vectors: {
          op: ['v(out)', 'i(v1)'],
          dc: ['v(out)'],
          tf: ['transfer_function', 'output_impedance', 'input_impedance'],
        },
        measurements: {
          out: 'op: v(out)',
          supply: 'op: i(v1)',
          swept: 'dc: at(v(out), 1.5)',
          most: 'dc: meas max v(out)',
          gain: 'tf: transfer_function',
          output: 'tf: output_impedance',
          input: 'tf: input_impedance',
          resistance: 'op: v(out)/-i(v1)',
          ratio: 'swept/out',
        },
      });
      expectFigures(plan, await play(engine(), plan), {
        out: 2,
        supply: -1e-3,
        swept: 1,
        most: 10 / 3,
        gain: 2 / 3,
        output: 2e3 / 3,
        input: 3e3,
        resistance: 2e3,
        ratio: 0.5,
      });
    });

    it('.tran: a step charges a capacitor by 1 - exp(-t/RC)', async () => {
      const plan = planOf({
        circuits: [
          `step\nv1 in 0 pulse(0 1 0 1p 1p 1 2)\nr1 in out 1k\nc1 out 0 1n\n.options reltol=1e-6\n.end\n`,
        ],
        analyses: { tran: 'tran 1n 5u 0 2n' },
        vectors: { tran: ['v(out)'] },
        measurements: {
          at: 'tran: at(v(out), 1u)',
          found: 'tran: meas find v(out) at=1u',
          crossed: 'tran: meas when v(out)=0.5 rise=1',
          half: 'tran: when(v(out), 0.5)',
        },
      });
      const reached = 1 - Math.exp(-1);
      const half = 1e-6 * Math.LN2;
      const table = await play(engine(), plan);
      expectFigures(plan, table, { at: reached, found: reached, crossed: half, half }, 1e-4);
    });

    it('.noise: the spectrum of a resistor, and its integral', async () => {
      const plan = planOf({
        circuits: [RC],
        analyses: { noise: 'noise v(out) v1 dec 100 1 10meg' },
        vectors: { noise: ['onoise_spectrum', 'onoise_total'] },
        measurements: {
          density: 'noise: at(onoise_spectrum, 10)',
          total: 'noise: onoise_total',
        },
      });
      const table = await play(engine(), plan);
      const w = 2 * Math.PI * 10 * 1e3 * 100e-9;
      const density = Math.sqrt((4 * BOLTZMANN * ROOM * 1e3) / (1 + w * w));
      expectFigures(plan, table, { density }, 1e-6);
      const [low, high] = [1, 10e6].map((f) => Math.atan(2 * Math.PI * f * 1e3 * 100e-9));
      const share = (2 / Math.PI) * (high! - low!);
      expectFigures(plan, table, { total: Math.sqrt(((BOLTZMANN * ROOM) / 100e-9) * share) }, 1e-3);
    });

    it('a diode with a series resistor obeys Shockley and Kirchhoff', async () => {
      const plan = planOf({
        circuits: [`diode\nv1 in 0 1\nr1 in a 1k\nd1 a 0 dd\n.model dd d(is=1e-14 n=1)\n${TIGHT}.end\n`],
        analyses: { op: 'op' },
        vectors: { op: ['v(a)', 'v(in)'] },
        measurements: { residue: '1', a: 'op: v(a)', i: 'op: (v(in)-v(a))/1k' },
      });
      let a = 0.6;
      for (let step = 0; step < 50; step++) {
        const current = 1e-14 * Math.expm1(a / THERMAL);
        a -= (current - (1 - a) / 1e3) / ((current + 1e-14) / THERMAL + 1e-3);
      }
      expectFigures(plan, await play(engine(), plan), { a, i: (1 - a) / 1e3 }, 2e-6);
    });

    it('reads parameters of devices within subcircuits, in an operating point and along a sweep', async () => {
      const plan = planOf({
        circuits: [
          [
            'mos',
            'vd d 0 3',
            'vg g 0 1.5',
            'xm1 d g amp',
            '.subckt amp d g',
            'm0 d g 0 0 nn w=10u l=1u',
            '.ends',
            '.model nn nmos(level=1 vto=0.5 kp=100u lambda=0)',
            `${TIGHT}.end\n`,
          ].join('\n'),
        ],
        analyses: { op: 'op', dc: 'dc vg 1 2 0.25' },
        vectors: { op: ['@m.xm1.m0[gm]', 'i(vd)'], dc: ['@m.xm1.m0[gm]'] },
        measurements: {
          gm: 'op: @m.xm1.m0[gm]',
          drain: 'op: -i(vd)',
          low: 'dc: at(@m.xm1.m0[gm], 1)',
          high: 'dc: at(@m.xm1.m0[gm], 2)',
        },
      });
      const table = await play(engine(), plan);
      expectFigures(plan, table, { gm: 1e-3, drain: 0.5e-3, low: 0.5e-3, high: 1.5e-3 });
    });

    it('returns the waveforms that were asked for, complex ones in two columns', async () => {
      const plan = planOf({
        circuits: [RC],
        analyses: { ac: 'ac dec 1 1k 100k' },
        vectors: { ac: ['v(out)', 'v(in)'] },
        measurements: { most: 'ac: max(mag(v(out)))' },
        waveforms: [{ analysis: 'ac', vectors: ['v(out)'] }],
      });
      const { waveforms } = await play(engine(), plan, [[], []]);
      expect(waveforms.map(({ row }) => row)).toEqual([0, 1]);
      expect(waveforms[0]!.names).toEqual(['frequency', 're(v(out))', 'im(v(out))']);
      const [frequency, re, im] = waveforms[1]!.columns;
      expect(Array.from(frequency!, (f) => Math.round(f))).toEqual([1000, 10_000, 100_000]);
      const w = 2 * Math.PI * 1e4 * 1e3 * 100e-9;
      expect(re![1]).toBeCloseTo(1 / (1 + w * w), 9);
      expect(im![1]).toBeCloseTo(-w / (1 + w * w), 9);
    });
  });
}
