import type { JobRef } from '../backend.ts';
import type { Chunk } from '../protocol/index.ts';
import { type RunRecord, submittedRecords } from './records.ts';
import type { RunState } from './state.ts';

/** A job that an earlier session submitted and that may go on. */
export interface EarlierJob {
  readonly ref: JobRef;
  /** All of them, in the order of the job. */
  readonly chunks: readonly Chunk[];
  /** Ids of those that a session adopted. */
  readonly wanted: readonly string[];
}

/** The chunks of the run's jobs on a backend, those of the latest job first: what was asked for again is expected from there. */
export function earlierJobs(records: readonly RunRecord[], backend: string): Omit<EarlierJob, 'wanted'>[] {
  return submittedRecords(records)
    .filter(({ job }) => job.backend === backend)
    .reverse()
    .map(({ job: { id, details }, chunks }) => ({
      ref: { backend, id, ...(details ? { details } : {}) },
      chunks: chunks.map(([chunk, start, end]) => ({ id: chunk, start, end })),
    }));
}

/** Those of the jobs that a state is waiting for. */
export function wantedJobs(jobs: readonly Omit<EarlierJob, 'wanted'>[], { flying }: RunState): EarlierJob[] {
  return jobs.flatMap((job) => {
    const wanted = job.chunks.flatMap(({ id }) => (flying.has(id) ? [id] : []));
    return wanted.length > 0 ? [{ ...job, wanted }] : [];
  });
}
