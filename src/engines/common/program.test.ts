import { describe, expect, it } from 'vitest';
import { batchOf, planOf, RC } from '../../../test/conformance/plans.ts';
import { STATUSES } from '../../plan/index.ts';
import type { Plot } from '../../waveform/index.ts';
import { compileProgram } from './program.ts';
import { createRows } from './rows.ts';

const analyses = { ac: 'ac dec 10 1 1meg' };

describe('the commands of a row', () => {
  const plan = planOf({
    circuits: [RC],
    variables: { r: 1e3, t: 27 },
    assignments: [
      { kind: 'altermod', model: 'dd', parameter: 'is', value: '1e-14' },
      { kind: 'alter', device: 'r1', value: '$0*2' },
      { kind: 'temperature', value: '$1' },
      { kind: 'alterparam', parameter: 'p', value: '$0' },
    ],
    analyses,
    vectors: { ac: ['@r1[i]'] },
    measurements: {},
  });
  const { assigner } = compileProgram(plan);

  it('come in the order in which nothing undoes another: reset drops alters and what is saved', () => {
    expect(assigner.assign(Float64Array.of(1e3, 85)).commands).toEqual([
      'alterparam p=1000',
      'reset',
      'save all @r1[i]',
      'option temp=85',
      'alter r1=2000',
      'altermod @dd[is]=1e-14',
    ]);
  });

  it('are one line where none but alters follow each other', () => {
    expect(assigner.assignTogether(Float64Array.of(1e3, 85)).commands).toEqual([
      'alterparam p=1000',
      'reset',
      'save all @r1[i]',
      'option temp=85',
      'alter r1=2000 ; altermod @dd[is]=1e-14',
    ]);
  });

  it('are never a line longer than libngspice has room for', () => {
    const many = planOf({
      circuits: [RC],
      variables: { r: 1 },
      assignments: Array.from({ length: 99 }, (_, k) => ({
        kind: 'alter' as const,
        device: `m.x${k}.${'long'.repeat(k % 40)}.m0`,
        parameter: 'delvto',
        value: '-$0',
      })),
      analyses,
      measurements: {},
    });
    const { assign, assignTogether } = compileProgram(many).assigner;
    const row = Float64Array.of(-Math.PI * 1e-112);
    const lines = assignTogether(row).commands;
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1000);
    expect(lines.flatMap((line) => line.split(' ; '))).toEqual(assign(row).commands);
  });

  it('are refused as a whole where one has no number', () => {
    expect(assigner.assign(Float64Array.of(Number.NaN, 85)).refused).toBe('p would be set to NaN');
  });
});

describe('steps', () => {
  const step = (command: string) =>
    compileProgram(planOf({ circuits: [RC], analyses: { a: command }, measurements: {} })).steps(
      new Float64Array(),
    )[0]!;

  it.each([
    ['tran 1n 5u', 'time', 5e-6, 2.5e-6],
    ['tran 1n 5u 0 1u', 'time', 4.9999e-6, 4.9e-6],
    ['dc v1 0 5 0.5', 'v-sweep', 4.9999999, 4],
    ['dc i1 5 0 -0.5', 'i-sweep', 1e-12, 1],
    ['dc temp -40 125 5', 'temp-sweep', 125, 100],
    ['ac dec 10 1 1meg', 'frequency', 1e6, 1e5],
    ['ac lin 11 0 100', 'frequency', 100, 80],
    ['noise v(out) v1 oct 1 1 1000', 'frequency', 512, 256],
  ])('%s is complete only at the end of its scale', (command, scale, last, early) => {
    expect(step(command).scale).toBe(scale);
    expect(step(command).reaches(last)).toBe(true);
    expect(step(command).reaches(early)).toBe(false);
  });
});

describe('visits', () => {
  it('bring rows of one text together, and every row once', () => {
    const plan = planOf({
      circuits: [RC, RC.replace('1k', '{{$0}}')],
      variables: { r: 1e3 },
      analyses,
      measurements: {},
    });
    const { circuits } = compileProgram(plan);
    const visits = [...circuits.visits(batchOf([[1], [2], [3], [3], [4]], [0, 1, 0, 1, 1]))];
    expect(visits.map(({ circuit, rows }) => [circuit, rows])).toEqual([
      [0, [0, 2]],
      [1, [1]],
      [1, [3]],
      [1, [4]],
    ]);
    expect(visits[2]!.text).toContain('r1 in out 3');
  });
});

describe('rows', () => {
  const plan = planOf({
    circuits: [RC],
    variables: { r: 1e3 },
    analyses: { op: 'op', ac: 'ac dec 1 1 10' },
    vectors: { op: ['v(out)'] },
    measurements: { out: 'op: v(out)', found: 'ac: meas find vdb(out) at=1', sum: 'out+found+$0' },
  });
  const program = compileProgram(plan);
  const plot = (out: number): Plot => ({
    kind: 'op',
    scale: '',
    vectors: new Map([['v(out)', { re: Float64Array.of(out) }]]),
  });

  it('hold values, statuses and reasons; a row without an answer is told apart', () => {
    const rows = createRows(program, batchOf([[1], [2], [3], [4]]));
    rows.plot(2, 'op', plot(7));
    rows.end(2);
    rows.plot(0, 'op', plot(5));
    rows.meas(0, 1, -3);
    rows.end(0);
    rows.fail(1, { status: 'convergence', message: 'op: no convergence' });
    rows.fail(1, { status: 'analysis', message: 'ac: later' });
    rows.end(1);
    const table = rows.finish();
    expect(Array.from(table.status, (code) => STATUSES[code])).toEqual([
      'ok',
      'convergence',
      'measurement',
      'crashed',
    ]);
    expect(Array.from(table.columns[2]!)).toEqual([3, Number.NaN, Number.NaN, Number.NaN]);
    expect(table.messages.get(1)).toBe('op: no convergence');
    expect(table.messages.get(2)).toBe('found: never fired (find vdb(out) at=1); sum: no finite value');
    expect(table.messages.has(0)).toBe(false);
  });

  it('say so where a vector is missing, instead of failing the batch', () => {
    const rows = createRows(program, batchOf([[1]]));
    rows.plot(0, 'op', { kind: 'op', scale: '', vectors: new Map() });
    rows.end(0);
    expect(rows.finish().messages.get(0)).toContain('v(out)');
  });
});
