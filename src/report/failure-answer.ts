import { type ImportanceSampling, importanceDraws } from '../plan/importance.ts';
import type { Plan } from '../plan/schema.ts';
import { scoreSpace } from '../plan/score-space.ts';
import { OK, STATUSES } from '../plan/table.ts';
import type { ResultBatch, Results } from '../run/results.ts';
import { FailureCollector } from '../stats/failure.ts';
import { judge } from '../stats/yield.ts';
import type { FailureAnswer, FailureStatistics, WorstSample } from './answers.ts';
import { pointCount } from './axes.ts';
import { Regions } from './failure-regions.ts';
import { failureWarnings } from './failure-warnings.ts';
import { usable } from './usable.ts';

const FAILED = 0;
const PASSED = 1;

/** The part of a run drawn by importance sampling that is about failing. */
export interface FailureFindings {
  readonly failure: FailureAnswer;
  readonly rows: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly worst: readonly WorstSample[];
}

/**
 * Failure probabilities per spec, and of all together, from a run whose plan draws by importance sampling. The weight of a
 * row is a function of its sample's scores, so it is worked out here from the plan. One reading, in constant memory.
 */
export async function failureAnswer(
  results: Results,
  sampling: ImportanceSampling,
  confidence: number,
  mostWorst: number,
): Promise<FailureFindings> {
  const { plan } = results;
  const points = pointCount(plan);
  const space = scoreSpace(plan);
  const draws = importanceDraws(space, sampling);
  const scores = new Float64Array(space.coordinates.length);
  const replicates = Math.max(1, sampling.replicates);
  const judged = new Judges(plan, replicates);
  const regions = new Regions(plan, sampling);
  const statuses = new Float64Array(STATUSES.length);
  const listed = new LikeliestFailures(mostWorst);
  let rows = 0;
  for await (const batch of results.batches()) {
    rows += batch.rows;
    for (let row = 0; row < batch.rows; row++) {
      const sample = batch.samples[row]!;
      const draw = Math.floor(sample / points);
      draws.scores(draw, scores);
      const weight = draws.weight(scores);
      const status = batch.status[row]!;
      statuses[status]!++;
      const fails = judged.add(batch, row, weight, draw % replicates);
      if (status !== OK) listed.addUnsimulated(batch, row);
      if (!fails) continue;
      regions.add(scores, weight);
      listed.add(batch, row, Math.sqrt(scores.reduce((sum, z) => sum + z * z, 0)));
    }
  }
  const failures: Record<string, number> = {};
  STATUSES.forEach((status, code) => {
    if (code !== OK && statuses[code]! > 0) failures[status] = statuses[code]!;
  });
  const specs = judged.statistics(confidence);
  const found = regions.result(space.coordinates);
  const outside = regions.outside();
  return {
    failure: {
      confidence,
      searched: sampling.searched,
      sampled: rows,
      specs,
      regions: found,
      warnings: failureWarnings(specs, found, outside, sampling),
    },
    rows,
    failures,
    worst: listed.result(),
  };
}

/** Which rows fail which spec, failed simulations counted both ways. */
class Judges {
  private readonly counted: FailureCollector[];
  private readonly ignored: FailureCollector[];

  constructor(
    private readonly plan: Plan,
    replicates: number,
  ) {
    const collectors = () => [...plan.specs, 'overall'].map(() => new FailureCollector(replicates));
    this.counted = collectors();
    this.ignored = collectors();
  }

  /** Whether the row is known to fail a spec. */
  add(batch: ResultBatch, row: number, weight: number, replicate: number): boolean {
    const { specs } = this.plan;
    const known = usable(batch.status[row]!);
    let overall = PASSED as number;
    for (const [s, spec] of specs.entries()) {
      const value = known ? (batch.columns.get(spec.measurement)?.[row] ?? Number.NaN) : Number.NaN;
      const verdict = judge(value, spec);
      this.record(s, verdict, weight, replicate);
      if (verdict === FAILED) overall = FAILED;
      else if (verdict !== PASSED && overall === PASSED) overall = verdict;
    }
    this.record(specs.length, overall, weight, replicate);
    return overall === FAILED;
  }

  statistics(confidence: number): FailureStatistics[] {
    const named = [...this.plan.specs, undefined];
    const all = named.map(
      (spec, s): FailureStatistics => ({
        name: spec?.name ?? 'overall',
        ...(spec ? { measurement: spec.measurement, low: spec.low, high: spec.high } : {}),
        failuresCounted: this.counted[s]!.estimate(confidence),
        failuresIgnored: this.ignored[s]!.estimate(confidence),
      }),
    );
    return this.plan.specs.length === 1 ? all.slice(0, 1) : all;
  }

  private record(spec: number, verdict: number, weight: number, replicate: number): void {
    this.counted[spec]!.add(weight, verdict !== PASSED, replicate);
    this.ignored[spec]!.add(weight, verdict === FAILED, replicate);
  }
}

/** The first few rows that failed to simulate, then the failing rows nearest to the nominal point: the likeliest ways to fail. */
class LikeliestFailures {
  private readonly unsimulated: WorstSample[] = [];
  private readonly kept: { readonly distance: number; readonly sample: WorstSample }[] = [];

  constructor(private readonly most: number) {}

  addUnsimulated(batch: ResultBatch, row: number): void {
    if (this.unsimulated.length < Math.min(3, this.most)) this.unsimulated.push(describe(batch, row, {}));
  }

  add(batch: ResultBatch, row: number, distance: number): void {
    if (this.kept.length >= this.most && distance >= this.kept.at(-1)!.distance) return;
    const sample = describe(batch, row, { reason: `fails ${Number(distance.toPrecision(3))} sigma out` });
    const place = this.kept.findIndex((entry) => distance < entry.distance);
    this.kept.splice(place < 0 ? this.kept.length : place, 0, { distance, sample });
    if (this.kept.length > this.most) this.kept.pop();
  }

  result(): WorstSample[] {
    const rest = this.most - this.unsimulated.length;
    return [...this.unsimulated, ...this.kept.slice(0, rest).map(({ sample }) => sample)];
  }
}

function describe(batch: ResultBatch, row: number, why: Pick<WorstSample, 'reason'>): WorstSample {
  const message = batch.messages.get(row);
  return {
    sample: batch.samples[row]!,
    status: STATUSES[batch.status[row]!] ?? 'crashed',
    ...(message === undefined ? {} : { message }),
    ...why,
    values: Object.fromEntries([...batch.columns].map(([name, column]) => [name, column[row]!])),
  };
}
