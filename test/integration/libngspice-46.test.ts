import { describe, it } from 'vitest';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { engineConformance } from '../conformance/engine.ts';

/** A second, newer library; `.ci/ngspice46` brings it and prints this variable. */
const path = process.env['SPICELAB_LIBNGSPICE_46'];
if (path) engineConformance(libngspice, { path });
else
  describe('engine libngspice 46', () => {
    it.skip('SPICELAB_LIBNGSPICE_46 is not set: eval "$(.ci/ngspice46)"');
  });
