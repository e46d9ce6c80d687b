import { SpiceLabError } from '../errors/index.ts';

/** A target as written: `R1`, `M1.w`, `@m.xm1.m0[delvto]`, `R*`. In lower case. */
export interface TargetText {
  readonly text: string;
  /** What stands before the brackets, or all of it. */
  readonly name: string;
  /** What stands in the brackets. */
  readonly parameter: string | undefined;
  /** Written with `@`: the simulator's flattened name. */
  readonly flat: boolean;
  readonly wildcard: boolean;
}

/** @throws SpiceLabError TARGET_UNKNOWN for what cannot be a target */
export function readTarget(written: string): TargetText {
  const text = written.trim();
  const match = /^(@?)([^\s[\]@]+)(?:\[([^\s[\]*]+)\])?$/.exec(text.toLowerCase());
  if (!match) {
    throw new SpiceLabError('TARGET_UNKNOWN', `"${text}" is not a target`, {
      remedy: 'Write a device (R1), a parameter of one (M1.w, xm1.m0[delvto]), a .param, or temp.',
    });
  }
  const [, at, name = '', parameter] = match;
  return { text, name, parameter, flat: at === '@', wildcard: name.includes('*') || name.includes('?') };
}

/** `*` is any run of characters, dots included, `?` any one of them. Linear in practice: greedy with one step back. */
export function matchesPattern(name: string, pattern: string): boolean {
  let [n, p, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (p < pattern.length && (pattern[p] === '?' || (pattern[p] === name[n] && pattern[p] !== '*'))) {
      n++;
      p++;
    } else if (pattern[p] === '*') {
      star = p++;
      mark = n;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** `a.b.c` as `a.b` and `c`; `undefined` without a dot. */
export function splitAtLastDot(name: string): { name: string; parameter: string } | undefined {
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || dot === name.length - 1) return undefined;
  return { name: name.slice(0, dot), parameter: name.slice(dot + 1) };
}
