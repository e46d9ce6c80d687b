import { wasm } from '../../src/engines/wasm/index.ts';
import { engineConformance } from './engine.ts';

engineConformance(wasm);
