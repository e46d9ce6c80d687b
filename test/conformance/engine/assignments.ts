import { describe, expect, it } from 'vitest';
import { alter, planOf, RC } from '../plans.ts';
import { type CurrentEngine, column, expectFigures, play, statuses } from './play.ts';

const DIVIDER = 'divider\nv1 in 0 3\nr1 in out 1k\nr2 out 0 1k\n.end\n';

/** What sets a sample's values: the direct rung and the reload rung. */
export function assignmentTests(engine: CurrentEngine): void {
  describe('assignments', () => {
    it('alter sets devices and their parameters, in each row anew', async () => {
      const plan = planOf({
        circuits: [DIVIDER],
        variables: { r: 1e3, v: 3 },
        assignments: [alter('r2', '$0'), alter('v1', '$1*2', 'dc')],
        analyses: { op: 'op' },
        vectors: { op: ['v(out)'] },
        measurements: { out: 'op: v(out)' },
      });
      const rows = [
        [1e3, 3],
        [3e3, 1],
        [1e3, 3],
      ];
      const out = column(plan, await play(engine(), plan, rows), 'out');
      expect(out[0]).toBeCloseTo(3, 6);
      expect(out[1]).toBeCloseTo(1.5, 6);
      expect(out[2]).toBe(out[0]);
    });

    it('altermod sets a model for all of its instances', async () => {
      const plan = planOf({
        circuits: [
          [
            'mirrors',
            'v1 d 0 3',
            'vg g 0 1.5',
            'm1 d g 0 0 nn w=10u l=1u',
            'm2 d g 0 0 nn w=20u l=1u',
            '.model nn nmos(level=1 vto=0.5 kp=100u lambda=0)',
            '.end\n',
          ].join('\n'),
        ],
        variables: { vto: 0.5 },
        assignments: [{ kind: 'altermod', model: 'nn', parameter: 'vto', value: '$0' }],
        analyses: { op: 'op' },
        vectors: { op: ['i(v1)'] },
        measurements: { drain: 'op: -i(v1)' },
      });
      const drain = column(plan, await play(engine(), plan, [[0.7], [0.5]]), 'drain');
      expect(drain[0]! / (0.5 * 100e-6 * 30 * 0.8 ** 2)).toBeCloseTo(1, 5);
      expect(drain[1]! / (0.5 * 100e-6 * 30)).toBeCloseTo(1, 5);
    });

    it('alterparam evaluates everything that depends on a parameter, and keeps what is saved and altered after it', async () => {
      const plan = planOf({
        circuits: [
          'parameters\n.param r=1k\n.param q={2*r}\nv1 in 0 3\nr1 in out {r}\nr2 out 0 {q}\nr3 out 0 1e12\n.end\n',
        ],
        variables: { r: 1e3, v: 3 },
        assignments: [alter('v1', '$1', 'dc'), { kind: 'alterparam', parameter: 'r', value: '$0' }],
        analyses: { dc: 'dc r3 1e12 2e12 1e12', op: 'op' },
        vectors: { op: ['i(v1)'], dc: ['@r1[i]'] },
        measurements: { current: 'op: -i(v1)', swept: 'dc: at(@r1[i], 2e12)' },
      });
      const table = await play(engine(), plan, [
        [2e3, 6],
        [1e3, 3],
      ]);
      expect(statuses(table)).toEqual(['ok', 'ok']);
      const current = column(plan, table, 'current');
      expect(current[0]! / 1e-3).toBeCloseTo(1, 5);
      expect(current[1]! / 1e-3).toBeCloseTo(1, 5);
      const swept = column(plan, table, 'swept');
      expect(swept[0]! / 1e-3).toBeCloseTo(1, 5);
    });

    it('temperature reaches devices, and does not stay for a row that sets another', async () => {
      const plan = planOf({
        circuits: ['warm\ni1 0 a 1m\nr1 a 0 1k tc1=1e-3\n.end\n'],
        variables: { temperature: 27 },
        assignments: [{ kind: 'temperature', value: '$0' }],
        analyses: { op: 'op' },
        vectors: { op: ['v(a)'] },
        measurements: { a: 'op: v(a)' },
      });
      const a = column(plan, await play(engine(), plan, [[127], [27], [-40]]), 'a');
      expect(a[0]).toBeCloseTo(1.1, 6);
      expect(a[1]).toBeCloseTo(1, 6);
      expect(a[2]).toBeCloseTo(1 - 0.067, 6);
    });

    it('a temperature of one plan does not reach the next', async () => {
      const circuits = ['warm\ni1 0 a 1m\nr1 a 0 1k tc1=1e-3\n.end\n'];
      const analyses = { op: 'op' };
      const vectors = { op: ['v(a)'] };
      const measurements = { a: 'op: v(a)' };
      const warm = planOf({
        circuits,
        variables: { t: 100 },
        assignments: [{ kind: 'temperature', value: '$0' }],
        analyses,
        vectors,
        measurements,
      });
      await play(engine(), warm);
      const plain = planOf({ circuits, analyses, vectors, measurements });
      expectFigures(plain, await play(engine(), plain), { a: 1 });
    });

    it('analyses and .meas commands may depend on variables: each row has its own', async () => {
      const plan = planOf({
        circuits: ['step\nv1 in 0 pulse(0 1 0 1n 1n 1 2)\nr1 in out 1k\nc1 out 0 1n\n.end\n'],
        variables: { stop: 5e-6, level: 0.5 },
        analyses: { tran: 'tran 2n {$0} 0 2n' },
        vectors: { tran: ['v(out)'] },
        measurements: { reached: 'tran: meas when v(out)={$1}', end: 'tran: last(v(out))' },
      });
      const rows = [
        [5e-6, 0.5],
        [2e-6, 0.25],
      ];
      const table = await play(engine(), plan, rows);
      expect(statuses(table)).toEqual(['ok', 'ok']);
      const [reached, end] = [column(plan, table, 'reached'), column(plan, table, 'end')];
      rows.forEach(([stop, level], row) => {
        // the pulse rises within 1 ns, so the charge starts half a nanosecond late
        expect(reached[row]! / (-1e-6 * Math.log(1 - level!) + 0.5e-9)).toBeCloseTo(1, 3);
        expect(end[row]).toBeCloseTo(1 - Math.exp(-(stop! - 0.5e-9) / 1e-6), 3);
      });
    });

    it('corners: each row simulates its own circuit', async () => {
      const plan = planOf({
        circuits: [DIVIDER, DIVIDER.replace('r2 out 0 1k', 'r2 out 0 2k')],
        variables: { r: 1e3 },
        assignments: [alter('r1', '$0')],
        analyses: { op: 'op' },
        vectors: { op: ['v(out)'] },
        measurements: { out: 'op: v(out)' },
      });
      const table = await play(engine(), plan, [[1e3], [1e3], [2e3], [2e3]], [1, 0, 1, 0]);
      const out = Array.from(column(plan, table, 'out'));
      for (const [row, expected] of [2, 1.5, 1.5, 1].entries()) expect(out[row]).toBeCloseTo(expected, 6);
    });

    it('the reload rung and the direct rung give the same figures', async () => {
      const common = {
        variables: { r: 1e3, c: 100e-9 },
        analyses: { ac: 'ac dec 10 10 1meg' },
        vectors: { ac: ['v(out)'] },
        measurements: { bw: 'ac: when(vdb(out), -3)', level: 'ac: at(vdb(out), 100k)' },
      };
      const rows = [
        [1e3, 100e-9],
        [1234.5678, 87.654e-9],
        [1e3 * (0.1 + 0.2), 1 / 3e6],
      ];
      const direct = planOf({
        ...common,
        circuits: [RC],
        assignments: [alter('r1', '$0'), alter('c1', '$1')],
      });
      const reload = planOf({
        ...common,
        circuits: [RC.replace('1k', '{{$0}}').replace('100n', '{{$1}}')],
      });
      const tables = [await play(engine(), direct, rows), await play(engine(), reload, rows)];
      for (const k of [0, 1])
        for (const row of rows.keys()) {
          const [fast, slow] = tables.map((table) => table.columns[k]![row]!);
          expect(Math.abs(fast! / slow! - 1)).toBeLessThan(1e-9);
        }
    });
  });
}
