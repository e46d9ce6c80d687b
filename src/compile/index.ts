export { compileStudy } from './compile.ts';
export { allReload, stepDown } from './rungs.ts';
export type {
  Compiled,
  DeckExplanation,
  DrawClass,
  DrawsApart,
  Explanation,
  Notice,
  Rung,
  Switch,
} from './types.ts';
