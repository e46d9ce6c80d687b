import { describe, expect, it } from 'vitest';
import type { Assignment } from '../../../src/plan/index.ts';
import { alter, planOf, RC } from '../plans.ts';
import { type CurrentEngine, column, expectFigures, play, statuses } from './play.ts';

const BINNED = [
  'binned',
  'vd d 0 1',
  'vg g 0 1',
  'm1 d g 0 0 nn w=1.5u l=1u',
  '.model nn.1 nmos(level=8 version=3.3.0 lmin=0.5u lmax=2u wmin=1u wmax=2u vth0=0.5)',
  '.model nn.2 nmos(level=8 version=3.3.0 lmin=0.5u lmax=2u wmin=2u wmax=4u vth0=0.6)',
  '.end\n',
].join('\n');

/** What ngspice does silently. */
export function trapTests(engine: CurrentEngine): void {
  describe('traps of ngspice', () => {
    const opOf = (circuit: string, assignment: Assignment) =>
      planOf({
        circuits: [circuit],
        variables: { x: 1e3 },
        assignments: [assignment],
        analyses: { op: 'op' },
        vectors: { op: ['v(in)'] },
        measurements: { in: 'op: v(in)' },
      });

    it.each([
      ['alter of a device that is not there', RC, alter('r7', '$0')],
      ['alter of a parameter that is not there', RC, alter('r1', '$0', 'nonsense')],
      [
        'altermod without the bin number',
        BINNED,
        { kind: 'altermod', model: 'nn', parameter: 'vth0', value: '$0/2k' } as const,
      ],
      [
        'alterparam of a parameter that is not there',
        RC,
        { kind: 'alterparam', parameter: 'nothing', value: '$0' } as const,
      ],
    ])('%s returns success and changes nothing: refused at load', async (_, circuit, assignment) => {
      await expect(engine().load(opOf(circuit, assignment))).rejects.toMatchObject({
        code: 'TARGET_UNKNOWN',
      });
    });

    it('altermod with the bin number reaches the bin', async () => {
      const plan = planOf({
        circuits: [BINNED],
        variables: { vth: 0.5 },
        assignments: [{ kind: 'altermod', model: 'nn.1', parameter: 'vth0', value: '$0' }],
        analyses: { op: 'op' },
        vectors: { op: ['i(vd)'] },
        measurements: { drain: 'op: -i(vd)' },
      });
      const drain = column(plan, await play(engine(), plan, [[0.5], [0.7], [0.5]]), 'drain');
      expect(drain[1]).toBeLessThan(0.8 * drain[0]!);
      expect(drain[2]).toBe(drain[0]);
    });

    it('meas … when of a vector that is not there prints 0: it has no value, and others have theirs', async () => {
      const plan = planOf({
        circuits: [RC],
        analyses: { ac: 'ac dec 20 1 100k' },
        vectors: { ac: ['v(out)'] },
        measurements: {
          wrong: 'ac: meas when mag(v(out))=0.5',
          peak: 'ac: meas max vm(out)',
          ratio: 'ac: at(mag(v(out)), 1) / peak',
        },
      });
      const table = await play(engine(), plan);
      expect(statuses(table)).toEqual(['measurement']);
      expect(column(plan, table, 'wrong')[0]).toBeNaN();
      expect(column(plan, table, 'peak')[0]).toBeCloseTo(1, 3);
      expect(column(plan, table, 'ratio')[0]).toBeCloseTo(1, 6);
    });

    it.each(['c', 'e', 'pi'])(
      'v(%s) of a circuit without such a node is not a constant of nature',
      async (name) => {
        const plan = planOf({
          circuits: [RC],
          analyses: { op: 'op' },
          vectors: { op: [`v(${name})`, 'v(in)'] },
          measurements: { wrong: `op: v(${name})`, in: 'op: v(in)' },
        });
        const table = await play(engine(), plan);
        expect(statuses(table)).toEqual(['measurement']);
        expect(column(plan, table, 'wrong')[0]).toBeNaN();
        expect(column(plan, table, 'in')[0]).toBe(1);
        expect(table.messages.get(0)).toContain(`v(${name})`);
      },
    );

    it('nodes named like constants are read as nodes', async () => {
      const plan = planOf({
        circuits: ['constants\nv1 c 0 4\nr1 c e 1k\nr2 e 0 1k\n.end\n'],
        analyses: { op: 'op' },
        vectors: { op: ['v(c)', 'v(e)'] },
        measurements: { c: 'op: v(c)', e: 'op: v(e)' },
      });
      expectFigures(plan, await play(engine(), plan), { c: 4, e: 2 });
    });

    it('.meas … param= is evaluated in every row', async () => {
      const plan = planOf({
        circuits: [RC],
        variables: { r: 1e3 },
        assignments: [alter('r1', '$0')],
        analyses: { ac: 'ac dec 10 1 1meg' },
        vectors: { ac: ['v(out)'] },
        measurements: { bw: 'ac: meas when vdb(out)=-3', twice: '2*bw', ratio: 'twice/$0' },
      });
      const table = await play(engine(), plan, [[1e3], [2e3]]);
      const bw = column(plan, table, 'bw');
      expect(Array.from(column(plan, table, 'twice'))).toEqual([2 * bw[0]!, 2 * bw[1]!]);
      expect(bw[1]! / bw[0]!).toBeCloseTo(0.5, 2);
      expect(column(plan, table, 'ratio')[1]).toBe(bw[1]! / 1e3);
    });

    it('a measurement may be named like a node, and like one that is measured later', async () => {
      const plan = planOf({
        circuits: [RC],
        analyses: { ac: 'ac dec 10 1k 1meg' },
        vectors: { ac: ['v(out)', 'v(in)'] },
        measurements: {
          out: 'ac: meas find vm(in) at=1k',
          in: 'ac: meas find vdb(out) at=10k',
          there: 'ac: at(mag(v(out)), 10k)',
          same: 'ac: at(mag(v(in)), 10k)',
        },
      });
      const w = 2 * Math.PI * 1e4 * 1e3 * 100e-9;
      expectFigures(plan, await play(engine(), plan), {
        out: 1,
        in: -10 * Math.log10(1 + w * w),
        there: 1 / Math.sqrt(1 + w * w),
        same: 1,
      });
    });

    it('a measurement may refer to an earlier one of its analysis', async () => {
      const plan = planOf({
        circuits: ['ramp\nv1 in 0 pwl(0 0 1m 1)\nr1 in 0 1k\n.end\n'],
        analyses: { tran: 'tran 1u 1m 0 1u' },
        measurements: { half: 'tran: meas when v(in)=0.5', level: 'tran: meas find v(in) at=half' },
      });
      expectFigures(plan, await play(engine(), plan), { half: 0.5e-3, level: 0.5 }, 1e-5);
    });

    it('an .ac analysis whose only outputs are measurements of vdb() is not refused', async () => {
      const plan = planOf({
        circuits: [RC],
        analyses: { ac: 'ac dec 10 1k 1meg' },
        measurements: { level: 'ac: meas find vdb(out) at=10k' },
      });
      const w = 2 * Math.PI * 1e4 * 1e3 * 100e-9;
      expectFigures(plan, await play(engine(), plan), { level: -10 * Math.log10(1 + w * w) });
    });

    it('alter of a width chooses the model bin again', async () => {
      const common = {
        variables: { w: 1.5e-6 },
        analyses: { op: 'op' },
        vectors: { op: ['i(vd)'] },
        measurements: { drain: 'op: -i(vd)' },
      };
      const rows = [[1.5e-6], [3e-6]];
      const direct = planOf({ ...common, circuits: [BINNED], assignments: [alter('m1', '$0', 'w')] });
      const reload = planOf({ ...common, circuits: [BINNED.replace('1.5u', '{{$0}}')] });
      const fast = column(direct, await play(engine(), direct, rows), 'drain');
      const slow = column(reload, await play(engine(), reload, rows), 'drain');
      for (const row of [0, 1]) expect(Math.abs(fast[row]! / slow[row]! - 1)).toBeLessThan(1e-9);
    });
  });
}
