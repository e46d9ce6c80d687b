import { describe, it } from 'vitest';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { simulatorConformance } from '../conformance/simulator.ts';

/** A second, newer library; `.ci/ngspice46` brings it and prints these variables. */
const path = process.env['SPICELAB_LIBNGSPICE_46'];
const scripts = process.env['SPICELAB_NGSPICE_46_SCRIPTS'];
// its start-up file names code models; those of another version crash it
if (scripts) process.env['SPICE_SCRIPTS'] = scripts;
if (path) simulatorConformance(libngspice, { path });
else
  describe('engine libngspice 46', () => {
    it.skip('SPICELAB_LIBNGSPICE_46 is not set: eval "$(.ci/ngspice46)"');
  });
