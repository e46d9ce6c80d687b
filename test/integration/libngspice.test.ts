import { describe, expect, it } from 'vitest';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { simulatorConformance } from '../conformance/simulator.ts';

if (await libngspice.find({})) {
  simulatorConformance(libngspice);

  it('is not opened twice in a process, where the second would simulate the circuit of the first', async () => {
    const engine = await libngspice.open({});
    await expect(libngspice.open({})).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    await engine.close();
    await (await libngspice.open({})).close();
  });
} else
  describe('engine libngspice', () => {
    it.skip('libngspice is not installed: apt-get install libngspice0');
  });
