export { compileStudy } from './compile.ts';
export { allReload, stepDown } from './rungs.ts';
export type { Compiled, Explanation, Notice, Rung } from './types.ts';
