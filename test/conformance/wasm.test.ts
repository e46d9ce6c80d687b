import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WasmEngine } from '../../src/engines/wasm/index.ts';
import { column, play, rowBits, statuses } from './engine/play.ts';
import { alter, planOf, RC } from './plans.ts';

/** What only the embedded ngspice does; `engine.test.ts` holds it to what every engine must do. */
describe('engine wasm by itself', () => {
  let engine: WasmEngine;
  beforeAll(async () => {
    engine = await WasmEngine.open();
  });
  afterAll(() => engine.close());
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const lowPass = planOf({
    circuits: [RC],
    variables: { r: 1e3, c: 100e-9 },
    assignments: [alter('r1', '$0'), alter('c1', '$1')],
    analyses: { ac: 'ac dec 20 1 100k' },
    vectors: { ac: ['v(out)'] },
    measurements: { bandwidth: 'ac: when(vdb(out), -3)' },
  });
  it('has the version of its banner', () => {
    expect(engine.identity).toEqual({ name: 'wasm', version: '45.2' });
  });

  it('prints nothing where a protocol may run, not even when ngspice complains', async () => {
    const written = vi.spyOn(process.stdout, 'write');
    const logged = [vi.spyOn(console, 'log'), vi.spyOn(console, 'info'), vi.spyOn(console, 'error')];
    const other = await WasmEngine.open();
    const bad = planOf({
      circuits: ['x\nv1 a 0 1\nv2 a 0 2\n.end\n'],
      analyses: { op: 'op' },
      measurements: {},
    });
    expect(statuses(await play(other, bad))).toEqual(['convergence']);
    await other.close();
    expect(written).not.toHaveBeenCalled();
    for (const log of logged) expect(log).not.toHaveBeenCalled();
  });

  it('gives the same bits when it replaces its module before every row', async () => {
    const forgetful = await WasmEngine.open({ memory: 0, age: 0 });
    const some = [
      [1.06e3, 0.957e-7],
      [1.14e3, 0.9e-7],
    ];
    const expected = await play(engine, lowPass, some);
    const actual = await play(forgetful, lowPass, some);
    for (const row of some.keys()) expect(rowBits(actual, row)).toBe(rowBits(expected, row));
    await forgetful.close();
  });

  it('outlives a sample that ends ngspice, and says so', async () => {
    const plan = planOf({ circuits: [RC], analyses: { op: 'quit' }, measurements: {} });
    expect(statuses(await play(engine, plan, [[], []]))).toEqual(['crashed', 'crashed']);
    expect(statuses(await play(engine, lowPass))).toEqual(['ok']);
  });

  it('outlives a circuit that ends ngspice when it is loaded', async () => {
    const plan = planOf({
      circuits: [RC, RC.replace('.end', '.include /nowhere.inc\n.end')],
      analyses: { op: 'op' },
      vectors: { op: ['v(out)'] },
      measurements: { out: 'op: v(out)' },
    });
    const table = await play(engine, plan, [[], [], [], []], [0, 1, 1, 0]);
    expect(statuses(table)).toEqual(['ok', 'load', 'load', 'ok']);
    expect(table.messages.get(1)).toContain('nowhere.inc');
  });

  it('a circuit with an undefined parameter is a refused row, not an endless loop', async () => {
    const plan = planOf({
      circuits: [RC, RC.replace('1k', '{nothing}')],
      analyses: { op: 'op' },
      vectors: { op: ['v(out)'] },
      measurements: { out: 'op: v(out)' },
    });
    const table = await play(engine, plan, [[], [], []], [0, 1, 0]);
    expect(statuses(table)).toEqual(['ok', 'load', 'ok']);
    expect(table.messages.get(1)).toContain('nothing');
  });

  it.each([
    ['an empty circuit', '\n.end\n'],
    ['an XSPICE device', 'x\nv1 in 0 1\na1 in out gain1\n.model gain1 gain(gain=2)\n.end\n'],
  ])(
    '%s is refused at load, although the package would answer with the constants of nature',
    async (_, text) => {
      const plan = planOf({
        circuits: [text],
        analyses: { op: 'op' },
        vectors: { op: ['v(in)'] },
        measurements: { x: 'op: v(in)' },
      });
      const outcome = await play(engine, plan).then(statuses, (error: { code: string }) => error.code);
      expect(outcome === 'ENGINE_LOAD' || (Array.isArray(outcome) && outcome[0] !== 'ok')).toBe(true);
    },
  );

  it('a vector that is not there costs its own measurement only, in every row', async () => {
    const plan = planOf({
      circuits: [RC],
      variables: { r: 1e3 },
      assignments: [alter('r1', '$0')],
      analyses: { op: 'op', ac: 'ac dec 5 1 1k' },
      vectors: { op: ['v(in)', 'v(nowhere)'], ac: ['v(out)'] },
      measurements: { in: 'op: v(in)', no: 'op: v(nowhere)', low: 'ac: at(mag(v(out)), 1)' },
    });
    const table = await play(engine, plan, [[1e3], [2e3], [3e3]]);
    expect(statuses(table)).toEqual(['measurement', 'measurement', 'measurement']);
    expect([...column(plan, table, 'in')]).toEqual([1, 1, 1]);
    expect(column(plan, table, 'low')[2]).toBeCloseTo(1, 3);
    expect(table.messages.get(2)).toContain('v(nowhere)');
  });

  it('reads nodes whose names are no plain words, beside device parameters', async () => {
    const plan = planOf({
      circuits: ['names\nv1 net-1 0 2\nr1 net-1 a/b 1k\nr2 a/b 0 1k\n.end\n'],
      analyses: { op: 'op' },
      vectors: { op: ['v(net-1)', '@r2[i]'] },
      waveforms: [{ analysis: 'op', vectors: ['v(net-1)', 'v(a/b)', '@r2[i]'] }],
      measurements: {},
    });
    const table = await play(engine, plan);
    const [waveform] = table.waveforms;
    expect(Object.fromEntries(waveform!.names.map((name, k) => [name, waveform!.columns[k]![0]]))).toEqual({
      'v(net-1)': 2,
      'v(a/b)': 1,
      '@r2[i]': expect.closeTo(1e-3, 9),
    });
  });
});
