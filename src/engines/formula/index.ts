import type { EngineKind } from '../../engine.ts';
import { FORMULA_IDENTITY, FormulaEngine } from './engine.ts';

export { FormulaEngine } from './engine.ts';

/** Always there: it computes expressions and simulates nothing. */
export const formula: EngineKind = {
  name: FORMULA_IDENTITY.name,
  find: async () => ({ name: FORMULA_IDENTITY.name, where: 'built in', version: FORMULA_IDENTITY.version }),
  open: async () => new FormulaEngine(),
};
