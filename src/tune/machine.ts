import { type Outcome, ranked, violationOf } from './rank.ts';

/** What a search is told once; only the budget may be raised later. */
export interface Rules {
  /** Samples of a design at each rung, fewest first. */
  readonly rungs: readonly number[];
  /** Points of corners and sweep: simulations per sample. */
  readonly points: number;
  /** Simulations that the search may spend. */
  readonly budget: number;
  /** One of so many designs goes on to the next rung. */
  readonly factor: number;
  /** Jobs under way at once. Job n is decided on the results of all but the last `atOnce - 1` jobs before it, whatever is finished. */
  readonly atOnce: number;
}

/** One step of the search: a design gets its samples up to those of a rung. */
export interface Job {
  readonly trial: number;
  readonly rung: number;
}

/** All that has been decided and found out; the position of a job is its number. */
export interface Log {
  readonly jobs: readonly Job[];
  /** By the number of the job. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /** Every design that there is has been tried. */
  readonly exhausted: boolean;
}

/** `known`: so many jobs, the first ones, are what the decision may look at. */
export type Decision =
  | { readonly kind: 'new'; readonly job: Job; readonly known: number }
  | { readonly kind: 'extend'; readonly job: Job; readonly known: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'end' };

/** Simulations that a job costs. */
export const costOf = ({ rungs, points }: Rules, rung: number): number =>
  (rungs[rung]! - (rungs[rung - 1] ?? 0)) * points;

export const spent = (rules: Rules, { jobs }: Pick<Log, 'jobs'>): number =>
  jobs.reduce((sum, { rung }) => sum + costOf(rules, rung), 0);

/**
 * What to do next: asynchronous successive halving (Li et al. 2020, "A system for massively parallel hyperparameter
 * tuning"), whose resource is the number of samples. A function of the log alone: which job is finished first, and how often
 * the search was interrupted, changes nothing.
 */
export function decide(log: Log, rules: Rules): Decision {
  const { jobs, outcomes } = log;
  const known = Math.max(0, jobs.length - rules.atOnce + 1);
  if (!isFinished(outcomes, known)) return { kind: 'wait' };
  const next = choose(log, rules, known);
  if (next) return next;
  // nothing that is known so far is worth its price: what is under way may be
  if (!isFinished(outcomes, jobs.length)) return { kind: 'wait' };
  return choose(log, rules, jobs.length) ?? { kind: 'end' };
}

function isFinished(outcomes: Log['outcomes'], jobs: number): boolean {
  for (let number = 0; number < jobs; number++) if (!outcomes.has(number)) return false;
  return true;
}

function choose(log: Log, rules: Rules, known: number): Decision | undefined {
  const left = rules.budget - spent(rules, log);
  for (let rung = rules.rungs.length - 2; rung >= 0; rung--) {
    if (costOf(rules, rung + 1) > left) continue;
    const trial = promotable(log, rules, rung, known);
    if (trial !== undefined) return { kind: 'extend', job: { trial, rung: rung + 1 }, known };
  }
  if (log.exhausted || costOf(rules, 0) > left) return undefined;
  const trials = new Set(log.jobs.map(({ trial }) => trial)).size;
  return { kind: 'new', job: { trial: trials, rung: 0 }, known };
}

/** The best of a rung that is among its best share and did not go on yet. */
function promotable(
  { jobs, outcomes }: Log,
  { factor }: Rules,
  rung: number,
  known: number,
): number | undefined {
  const finished = jobs.flatMap((job, number) =>
    job.rung === rung && number < known ? [{ trial: job.trial, outcome: outcomes.get(number)! }] : [],
  );
  const gone = new Set(jobs.flatMap((job) => (job.rung > rung ? [job.trial] : [])));
  const order = ranked(finished.map(({ outcome }) => outcome));
  const best = order
    .slice(0, Math.floor(finished.length / factor))
    .map((i) => finished[i]!)
    .find(({ trial, outcome }) => !gone.has(trial) && violationOf(outcome) < Number.POSITIVE_INFINITY);
  return best?.trial;
}
