import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../../../src/errors/index.ts';
import type { Plan } from '../../../src/plan/index.ts';
import { alter, FIRST_LINE, planOf, RC, SOURCE } from '../plans.ts';
import { type CurrentEngine, column, expectFigures, play, rowBits, statuses } from './play.ts';

/** With its control at 1 there is no solution: above 0.3 V the source pulls down, below it pulls up. */
export const LATCH = [
  'latch',
  'v1 in 0 1',
  'vc ctl 0 0',
  'r1 in a 1k',
  'b1 a 0 i=v(ctl)>0.5 ? (v(a)>0.3 ? 1 : -1) : 0',
  'vq q 0 1',
  'rq q b 1meg',
  'rb b 0 1meg',
  '.end\n',
].join('\n');

/** Solvable until the time in microseconds that its control says. */
const UNTIL = LATCH.replace('v(ctl)>0.5', 'time>1u*v(ctl)').replace('vc ctl 0 0', 'vc ctl 0 100');

export function failureTests(engine: CurrentEngine): void {
  describe('failures', () => {
    const latch = planOf({
      circuits: [LATCH],
      variables: { control: 0 },
      assignments: [alter('vc', '$0')],
      analyses: { op: 'op' },
      vectors: { op: ['v(a)', 'v(b)'] },
      measurements: { a: 'op: v(a)', b: 'op: v(b)', sum: 'a+b' },
    });

    it('a sample without convergence is a row with a status; the others are bit for bit as without it', async () => {
      const good = await play(engine(), latch, [[0], [0.1], [0.2]]);
      const mixed = await play(engine(), latch, [[0], [1], [0.1], [1], [0.2]]);
      expect(statuses(mixed)).toEqual(['ok', 'convergence', 'ok', 'convergence', 'ok']);
      for (const [alone, among] of [
        [0, 0],
        [1, 2],
        [2, 4],
      ] as const)
        expect(rowBits(mixed, among)).toBe(rowBits(good, alone));
      expect(mixed.messages.get(1)).toMatch(/^op: no convergence/);
      expect(column(latch, mixed, 'sum')[1]).toBeNaN();
    });

    it('an aborted transient is not taken for a complete one', async () => {
      const plan = planOf({
        circuits: [UNTIL],
        variables: { until: 100 },
        assignments: [alter('vc', '$0')],
        analyses: { op: 'op', tran: 'tran 10n 5u' },
        vectors: { op: ['v(b)'], tran: ['v(b)'] },
        measurements: { before: 'op: v(b)', most: 'tran: max(v(b))', found: 'tran: meas max v(b)' },
      });
      const table = await play(engine(), plan, [[100], [1], [100]]);
      expect(statuses(table)).toEqual(['ok', 'convergence', 'ok']);
      expect(column(plan, table, 'most')[1]).toBeNaN();
      expect(column(plan, table, 'found')[1]).toBeNaN();
      expect(column(plan, table, 'before')[1]).toBeCloseTo(0.5, 6);
      expect(table.messages.get(1)).toMatch(/^tran: /);
    });

    it('a measurement that never fires leaves the others of its row', async () => {
      const plan = planOf({
        circuits: [RC],
        variables: { r: 1e3 },
        assignments: [alter('r1', '$0')],
        analyses: { ac: 'ac dec 10 10 1k' },
        vectors: { ac: ['v(out)'] },
        measurements: {
          own: 'ac: when(vdb(out), -3)',
          theirs: 'ac: meas when vdb(out)=-3',
          level: 'ac: at(mag(v(out)), 10)',
        },
      });
      const table = await play(engine(), plan, [[1e3], [1e4]]);
      expect(statuses(table)).toEqual(['measurement', 'ok']);
      expect(column(plan, table, 'level')[0]).toBeCloseTo(1, 4);
      expect(column(plan, table, 'own')[0]).toBeNaN();
      expect(column(plan, table, 'theirs')[0]).toBeNaN();
      expect(table.messages.get(0)).toMatch(/own: .*theirs: never fired/);
    });

    it.each([
      ['MODEL_UNDEFINED', 'd1 out 0 nomodel', 'nomodel'],
      ['SUBCIRCUIT_UNDEFINED', 'x1 in out nosub', 'nosub'],
      ['PARAMETER_UNDEFINED', 'r9 out 0 {nothing}', 'nothing'],
    ])(
      '%s: a plan that does not load says where and works no more, the next one does',
      async (code, line, name) => {
        const bad = planOf({
          circuits: [RC.replace('c1 ', `${line}\nc1 `)],
          analyses: { op: 'op' },
          measurements: {},
        });
        const thrown = await engine()
          .load(bad)
          .catch((error: unknown) => error);
        expect(thrown).toBeInstanceOf(SpiceLabError);
        expect((thrown as SpiceLabError).code).toBe(code);
        expect((thrown as SpiceLabError).message).toContain(name);
        expect((thrown as SpiceLabError).remedy).toBeTruthy();
        if (code !== 'PARAMETER_UNDEFINED')
          expect((thrown as SpiceLabError).place).toEqual({ file: SOURCE, line: FIRST_LINE + 3 });
        expectFigures(divider, await play(engine(), divider), { out: 1.5 });
      },
    );

    it('a row whose circuit is refused does not touch the rows around it', async () => {
      const plan = planOf({
        circuits: [
          `slots\nv1 in 0 3\nr1 in out 1k\nr2 out 0 '{{$0}}'\n.end\n`,
          `other\nv1 in 0 3\nd1 in out nomodel\nr2 out 0 1k\n.end\n`,
        ],
        variables: { r: 1e3 },
        analyses: { op: 'op' },
        vectors: { op: ['v(out)'] },
        measurements: { out: 'op: v(out)' },
      });
      const table = await play(engine(), plan, [[1e3], [1e3], [Number.NaN], [2e3]], [0, 1, 0, 0]);
      expect(statuses(table)).toEqual(['ok', 'load', 'load', 'ok']);
      expect(column(plan, table, 'out')[3]).toBeCloseTo(2, 6);
    });

    it('a value that is no number is not told to the simulator', async () => {
      const plan: Plan = { ...latch, assignments: [alter('vc', '1/$0-1/$0')] };
      const table = await play(engine(), { ...plan, variables: [{ ...plan.variables[0]!, nominal: 1 }] }, [
        [1],
        [0],
        [1],
      ]);
      expect(statuses(table)).toEqual(['ok', 'load', 'ok']);
      expect(table.messages.get(1)).toContain('vc');
    });

    const divider = planOf({
      circuits: ['divider\nv1 in 0 3\nr1 in out 1k\nr2 out 0 1k\n.end\n'],
      variables: { r: 1e3 },
      assignments: [alter('r1', '$0')],
      analyses: { op: 'op' },
      vectors: { op: ['v(out)'] },
      measurements: { out: 'op: v(out)' },
    });
  });
}
