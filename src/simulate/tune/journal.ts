import type { Store } from '../../store.ts';
import { outcomeOf } from '../../tune/figures.ts';
import type { Job, Log } from '../../tune/machine.ts';
import type { Outcome } from '../../tune/rank.ts';
import {
  type JobRecord,
  jobKey,
  jobSchema,
  type Question,
  type ResultRecord,
  readRecord,
  readSeries,
  resultKey,
  resultSchema,
  writeRecord,
} from '../../tune/records.ts';

export type Design = NonNullable<JobRecord['design']>;

/** A record's figures as numbers: JSON has no NaN. */
export const numbersOf = (figures: readonly (number | null)[]): number[] =>
  figures.map((figure) => figure ?? Number.NaN);
/** The inverse of `numbersOf`. */
export const recordable = (figures: readonly number[]): (number | null)[] =>
  figures.map((figure) => (Number.isFinite(figure) ? figure : null));

/** What a search has decided and found out, in memory and in its store: written before it counts. */
export class Journal {
  readonly jobs: Job[] = [];
  /** By the number of their trial. */
  readonly designs: Design[] = [];
  readonly results = new Map<number, ResultRecord>();
  readonly outcomes = new Map<number, Outcome>();
  exhausted = false;
  readonly #store: Store;
  readonly #question: Question;

  private constructor(store: Store, question: Question) {
    this.#store = store;
    this.#question = question;
  }

  /** @throws SpiceLabError RUN_UNREADABLE for a record that was damaged */
  static async read(store: Store, question: Question): Promise<Journal> {
    const journal = new Journal(store, question);
    for (const record of await readSeries(store, jobKey, jobSchema)) {
      const number = journal.#take(record);
      const result = await readRecord(store, resultKey(number), resultSchema);
      if (result) journal.#learn(number, result);
    }
    return journal;
  }

  get log(): Log {
    return this;
  }

  /** Answers the number of the job. */
  async decided(record: JobRecord): Promise<number> {
    await writeRecord(this.#store, jobKey(this.jobs.length), record);
    return this.#take(record);
  }

  async finished(number: number, result: ResultRecord): Promise<void> {
    await writeRecord(this.#store, resultKey(number), result);
    this.#learn(number, result);
  }

  /** What was found of a design by the first `known` jobs, at the highest rung it has reached in them. */
  latest(
    trial: number,
    known = this.jobs.length,
  ): { readonly job: number; readonly outcome: Outcome } | undefined {
    for (let number = known - 1; number >= 0; number--) {
      const outcome = this.outcomes.get(number);
      if (this.jobs[number]!.trial === trial && outcome) return { job: number, outcome };
    }
    return undefined;
  }

  #take({ trial, rung, design }: JobRecord): number {
    if (design) this.designs[trial] = design;
    return this.jobs.push({ trial, rung }) - 1;
  }

  #learn(number: number, result: ResultRecord): void {
    this.results.set(number, result);
    const figures = { objectives: numbersOf(result.objectives), constraints: numbersOf(result.constraints) };
    this.outcomes.set(number, outcomeOf(figures, this.#question.tuning));
  }
}
