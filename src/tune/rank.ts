/** What is known of a design, for comparing it with others. */
export interface Outcome {
  /** The smaller the better; NaN where there is no figure. */
  readonly objectives: readonly number[];
  /** By how much each constraint is missed, in shares of its limit; not above 0 where it holds, NaN without a figure. */
  readonly constraints: readonly number[];
}

/** 0 where every constraint holds, infinite where a figure is missing. */
export function violationOf({ objectives, constraints }: Outcome): number {
  if ([...objectives, ...constraints].some((value) => Number.isNaN(value))) return Number.POSITIVE_INFINITY;
  return constraints.reduce((sum, value) => sum + Math.max(0, value), 0);
}

export const isFeasible = (outcome: Outcome): boolean => violationOf(outcome) === 0;

/**
 * Positions of the outcomes, best first: those that hold every constraint, then the others by how much they miss. With
 * several objectives by fronts of what nothing dominates, within a front the loneliest first (Deb et al. 2002, "A fast and
 * elitist multiobjective genetic algorithm: NSGA-II"). Equals stay in their order.
 */
export function ranked(outcomes: readonly Outcome[]): number[] {
  const violations = outcomes.map(violationOf);
  const all = outcomes.map((_, i) => i);
  const feasible = all.filter((i) => violations[i] === 0);
  const others = all.filter((i) => violations[i] !== 0);
  others.sort((a, b) => (violations[a] === violations[b] ? a - b : violations[a]! - violations[b]!));
  return [...fronts(outcomes, feasible).flatMap((front) => loneliestFirst(outcomes, front)), ...others];
}

/** Positions of the feasible outcomes that nothing dominates; with one objective the best and its equals. */
export function front(outcomes: readonly Outcome[]): number[] {
  const feasible = outcomes.flatMap((outcome, i) => (isFeasible(outcome) ? [i] : []));
  return fronts(outcomes, feasible)[0] ?? [];
}

function dominates(a: Outcome, b: Outcome): boolean {
  return (
    a.objectives.every((value, k) => value <= b.objectives[k]!) &&
    a.objectives.some((value, k) => value < b.objectives[k]!)
  );
}

function fronts(outcomes: readonly Outcome[], among: readonly number[]): number[][] {
  const found: number[][] = [];
  let rest = [...among];
  while (rest.length > 0) {
    const best = rest.filter((i) => !rest.some((j) => dominates(outcomes[j]!, outcomes[i]!)));
    found.push(best);
    rest = rest.filter((i) => !best.includes(i));
  }
  return found;
}

/** By crowding distance: the ends of each objective, then those with the widest gaps around them. */
function loneliestFirst(outcomes: readonly Outcome[], members: readonly number[]): number[] {
  const count = outcomes[members[0]!]!.objectives.length;
  if (count < 2) return [...members];
  const distance = new Map(members.map((i) => [i, 0]));
  for (let k = 0; k < count; k++) {
    const objectiveOf = (i: number) => outcomes[i]!.objectives[k]!;
    const sorted = [...members].sort((a, b) => objectiveOf(a) - objectiveOf(b) || a - b);
    const span = objectiveOf(sorted.at(-1)!) - objectiveOf(sorted[0]!) || 1;
    for (const [at, i] of sorted.entries()) {
      const isEnd = at === 0 || at === sorted.length - 1;
      const gap = isEnd
        ? Number.POSITIVE_INFINITY
        : (objectiveOf(sorted[at + 1]!) - objectiveOf(sorted[at - 1]!)) / span;
      distance.set(i, distance.get(i)! + gap);
    }
  }
  return [...members].sort((a, b) => {
    const [left, right] = [distance.get(a)!, distance.get(b)!];
    return left === right ? a - b : right - left;
  });
}
