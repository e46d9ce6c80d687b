import { describe, it } from 'vitest';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { engineConformance } from '../conformance/engine.ts';

if (await libngspice.find({})) engineConformance(libngspice);
else
  describe('engine libngspice', () => {
    it.skip('libngspice is not installed: apt-get install libngspice0');
  });
