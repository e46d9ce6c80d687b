import { formula } from '../../src/engines/formula/index.ts';
import { wasm } from '../../src/engines/wasm/index.ts';
import { sketchPlan } from '../sketch-plan.ts';
import { engineConformance } from './engine.ts';
import { simulatorConformance } from './simulator.ts';

simulatorConformance(wasm);

engineConformance({
  kind: formula,
  plan: sketchPlan({ measure: { inverse: '1/$0', twice: '2*inverse' } }),
  rows: [[1], [2], [-3]],
  failing: [0],
  refused: sketchPlan({ measure: { nothing: 'undefined_name' } }),
});
