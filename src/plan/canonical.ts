import { SpiceLabError } from '../errors/index.ts';

/**
 * JSON with one spelling per value: keys in code-unit order, absent and undefined alike left out, -0 written as 0,
 * numbers as ECMAScript prints them (the shortest that read back the same; as in RFC 8785).
 * @throws SpiceLabError PLAN_INVALID for numbers that JSON has no words for.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new SpiceLabError('PLAN_INVALID', `a plan cannot hold the number ${value}`);
    return JSON.stringify(value);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
