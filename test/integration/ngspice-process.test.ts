import { describe, it } from 'vitest';
import { ngspice } from '../../src/engines/ngspice/index.ts';
import { simulatorConformance } from '../conformance/simulator.ts';

if (await ngspice.find({})) simulatorConformance(ngspice);
else
  describe('engine ngspice', () => {
    it.skip('ngspice is not installed: apt-get install ngspice');
  });

const path = process.env['SPICELAB_NGSPICE_46'];
describe('ngspice 46', () => {
  if (path) simulatorConformance(ngspice, { path });
  else it.skip('SPICELAB_NGSPICE_46 is not set: eval "$(.ci/ngspice46)"');
});
