import { SpiceLabError } from '../errors/index.ts';
import { placed, type StudyContext } from './context.ts';
import type { StudyInput } from './input.ts';
import type { CorrelatedGroup } from './schema.ts';
import { readConstant, shorten, splitAssignment, splitTop } from './text.ts';

const CODE = 'CORRELATION_INVALID';
const EXAMPLE = 'Write "R1,R2=0.9", or give targets with their correlation matrix.';

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly value: number;
}

/**
 * Correlations as written. Pairs that share a target form one group; pairs of it that nobody mentioned are 0.
 * @throws SpiceLabError CORRELATION_INVALID
 */
export function readCorrelations(input: StudyInput['correlate'], context: StudyContext): CorrelatedGroup[] {
  const pairs: Pair[] = [];
  const groups: CorrelatedGroup[] = [];
  const texts = (targets: string, value: string, path: readonly PropertyKey[]) =>
    placed(context, path, () => pairs.push(...pairsOf(splitTop(targets, ','), value)));
  if (Array.isArray(input))
    for (const [i, entry] of input.entries())
      placed(context, ['correlate', i], () => {
        if (typeof entry !== 'string') {
          groups.push(groupOf(entry.targets, entry.matrix));
          return;
        }
        const assignment = splitAssignment(entry);
        if (!assignment) throw invalid(`"${shorten(entry)}" gives no correlation`);
        texts(assignment.target, assignment.value, ['correlate', i]);
      });
  else
    for (const [targets, value] of Object.entries(input ?? {}))
      texts(targets, String(value), ['correlate', targets]);
  const all = [...groups, ...joined(pairs)];
  checkDisjoint(all);
  return all;
}

function pairsOf(targets: readonly string[], text: string): Pair[] {
  const value = correlation(text);
  for (const target of targets) checkTarget(target);
  if (targets.length < 2) throw invalid(`a correlation of ${targets.join(', ')} alone`);
  if (new Set(targets.map(lower)).size < targets.length) throw invalid('a target is correlated with itself');
  return targets.flatMap((a, i) => targets.slice(i + 1).map((b) => ({ a, b, value })));
}

function groupOf(
  targets: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): CorrelatedGroup {
  for (const target of targets) checkTarget(target);
  if (new Set(targets.map(lower)).size < targets.length) throw invalid('a target is correlated with itself');
  const n = targets.length;
  if (rows.length !== n || rows.some((row) => row.length !== n))
    throw invalid(`a correlation matrix of ${n} targets needs ${n} rows of ${n} numbers`);
  const matrix = rows.map((row) => row.map((value) => correlation(String(value))));
  for (const [i, row] of matrix.entries())
    for (const [j, value] of row.entries())
      if (i === j ? value !== 1 : value !== matrix[j]![i])
        throw invalid('a correlation matrix is symmetric and has ones on its diagonal');
  return { targets, matrix };
}

/** Connected components of the pairs, each with its matrix. */
function joined(pairs: readonly Pair[]): CorrelatedGroup[] {
  const groups: string[][] = [];
  for (const { a, b } of pairs) {
    const touching = groups.filter((group) => has(group, a) || has(group, b));
    const merged = touching.flat();
    for (const target of [a, b]) if (!has(merged, target)) merged.push(target);
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups.map((targets) => ({ targets, matrix: matrixOf(targets, pairs) }));
}

function matrixOf(targets: readonly string[], pairs: readonly Pair[]): number[][] {
  const index = new Map(targets.map((target, i) => [lower(target), i]));
  const matrix: number[][] = targets.map((_, i) => targets.map((__, j) => (i === j ? 1 : 0)));
  const given = new Set<string>();
  for (const { a, b, value } of pairs) {
    const [i, j] = [index.get(lower(a)), index.get(lower(b))];
    if (i === undefined || j === undefined) continue;
    const key = `${Math.min(i, j)} ${Math.max(i, j)}`;
    if (given.has(key)) throw invalid(`the correlation of ${a} and ${b} is given twice`);
    given.add(key);
    matrix[i]![j] = value;
    matrix[j]![i] = value;
  }
  return matrix;
}

function checkDisjoint(groups: readonly CorrelatedGroup[]): void {
  const seen = new Set<string>();
  for (const target of groups.flatMap((group) => group.targets)) {
    if (seen.has(lower(target))) throw invalid(`${target} is in two correlated groups`);
    seen.add(lower(target));
  }
}

function checkTarget(target: string): void {
  if (target === '') throw invalid('a target is missing');
  if (/[*?]/.test(target))
    throw invalid(`"${shorten(target)}" is a wildcard`, 'Name the correlated targets one by one.');
}

function correlation(text: string): number {
  const value = readConstant(text);
  if (value !== undefined && Math.abs(value) <= 1) return value;
  throw invalid(`"${shorten(text)}" is no correlation`, 'Correlations lie between -1 and 1.');
}

const lower = (text: string) => text.toLowerCase();
const has = (group: readonly string[], target: string) => group.some((one) => lower(one) === lower(target));
const invalid = (message: string, remedy = EXAMPLE) => new SpiceLabError(CODE, message, { remedy });
