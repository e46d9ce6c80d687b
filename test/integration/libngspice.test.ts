import * as koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { findLibrary } from '../../src/engines/libngspice/find.ts';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { stillClock } from '../../src/engines/libngspice/still-clock.ts';
import { batchOf, planOf } from '../conformance/plans.ts';
import { simulatorConformance } from '../conformance/simulator.ts';

if (await libngspice.find({})) {
  simulatorConformance(libngspice);

  it('is not opened twice in a process, where the second would simulate the circuit of the first', async () => {
    const engine = await libngspice.open({});
    await expect(libngspice.open({})).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    await engine.close();
    await (await libngspice.open({})).close();
  });

  it('saves more parameters of devices than one command has room for', async () => {
    const names = Array.from({ length: 60 }, (_, k) => `r_with_a_rather_long_name_${k}`);
    const plan = planOf({
      circuits: [['many', 'v1 in 0 1', ...names.map((name) => `${name} in 0 1k`), '.end'].join('\n')],
      analyses: { dc: 'dc v1 1 2 1' },
      vectors: { dc: names.map((name) => `@${name}[i]`) },
      measurements: { all: `dc: at(${names.map((name) => `@${name}[i]`).join('+')}, 1)` },
    });
    const engine = await libngspice.open({});
    await engine.load(plan);
    const { columns, messages } = await engine.run(batchOf([[]]));
    await engine.close();
    expect([...messages.values()]).toEqual([]);
    expect(columns[0]![0]).toBeCloseTo(0.06, 9);
  });

  it('has its clock stopped once, and left alone where something else stands in its place', async () => {
    const path = (await findLibrary({}))!;
    const library = koffi.load(path);
    const first = stillClock(koffi, path);
    expect(stillClock(koffi, path)).toBe(false);
    library.unload();
    if (process.platform !== 'linux') expect(first).toBe(false);
    expect(stillClock(koffi, '/no/such/library.so')).toBe(false);
  });
} else
  describe('engine libngspice', () => {
    it.skip('libngspice is not installed: apt-get install libngspice0');
  });
