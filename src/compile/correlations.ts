import { SpiceLabError } from '../errors/index.ts';
import { checkCorrelationMatrix } from '../plan/correlate.ts';
import type { Correlation } from '../plan/index.ts';
import type { CorrelatedGroup } from '../study/schema.ts';
import type { Settings } from './settings.ts';

/** A matrix that is written with rounded entries may miss being semidefinite by this much. */
const TOLERANCE = 1e-9;

/**
 * Correlated groups by variable index.
 * @throws SpiceLabError CORRELATION_INVALID
 */
export function compileCorrelations(groups: readonly CorrelatedGroup[], settings: Settings): Correlation[] {
  const taken = new Set<number>();
  return groups.map(({ targets, matrix }) => {
    if (targets.length < 2) throw invalid('a group needs two targets or more', 'Name what is correlated.');
    if (matrix.length !== targets.length) {
      throw invalid(
        `the matrix of ${targets.join(', ')} has ${matrix.length} rows for ${targets.length} targets`,
        'Give one row and one column per target.',
      );
    }
    checkCorrelationMatrix(matrix);
    checkDefinite(matrix);
    const members = targets.map((target) => memberOf(target, settings));
    for (const [i, member] of members.entries()) {
      if (taken.has(member)) throw invalid(`${targets[i]} is in two places`, 'Put it into one group, once.');
      taken.add(member);
    }
    return { members, matrix: matrix.map((row) => [...row]) };
  });
}

function memberOf(target: string, settings: Settings): number {
  const { settings: found } = settings.resolve(target);
  const [only, another] = found;
  if (another) throw invalid(`${target} is several variables`, 'Name each of them.');
  if (only?.random) return only.random.variable;
  const drawn = drawVariable(target, settings);
  if (drawn !== undefined) return drawn;
  throw invalid(
    `${target} is correlated but does not vary`,
    `Give it a distribution, as in --vary "${target}=normal(1%)".`,
  );
}

/** A draw of the deck that varies by itself has the variable of its name. */
function drawVariable(target: string, { variables }: Settings): number | undefined {
  const name = target.trim().toLowerCase();
  const index = variables.findIndex(
    (variable) => variable.class && variable.source.kind === 'random' && variable.name === name,
  );
  return index >= 0 ? index : undefined;
}

/** With correlations scaled by s < 1 the smallest eigenvalue becomes 1 - s (1 - it): the s that makes it 0 mends the matrix. */
function checkDefinite(matrix: readonly (readonly number[])[]): void {
  const smallest = Math.min(...eigenvalues(matrix));
  if (smallest >= -TOLERANCE) return;
  const scale = Math.floor((1 / (1 - smallest)) * 1000) / 1000;
  throw invalid(
    `it is not positive semidefinite: its smallest eigenvalue is ${smallest.toPrecision(3)}`,
    `These correlations contradict each other; multiplied by ${scale} (outside of the diagonal) they would not.`,
  );
}

/** Eigenvalues of a symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan, "Matrix Computations", section 8.5). */
export function eigenvalues(matrix: readonly (readonly number[])[]): number[] {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p]![q]! ** 2;
    if (off < 1e-24) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, p, q);
  }
  return a.map((row, i) => row[i]!);
}

function rotate(a: number[][], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (apq === 0) return;
  const tau = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  const [rowP, rowQ] = [a[p]!, a[q]!];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [rowP[k]!, rowQ[k]!];
    rowP[k] = c * x - s * y;
    rowQ[k] = s * x + c * y;
  }
}

function invalid(message: string, remedy: string): SpiceLabError {
  return new SpiceLabError('CORRELATION_INVALID', `correlation: ${message}`, { remedy });
}
