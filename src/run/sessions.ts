import type { ClosedRecord, OpenedRecord, RunRecord } from './records.ts';
import { openedRecords } from './records.ts';
import type { Session } from './results.ts';

const closedOf = (records: readonly RunRecord[], session: number): ClosedRecord | undefined =>
  records.find((record): record is ClosedRecord => record.type === 'closed' && record.session === session);

/** Seconds of work by session, of those whose records do not say. */
export type LoggedSeconds = ReadonlyMap<number, number>;

/** Sessions that were ended before they could say what they did. */
export const unclosedSessions = (records: readonly RunRecord[]): number[] =>
  openedRecords(records).flatMap(({ session }) => (closedOf(records, session) ? [] : [session]));

/**
 * Each session as its records tell it. One that was killed could not say what it simulated: that is what was there when
 * the next one began, or is there now, and was not when it began itself; how long its workers were at it, its log tells
 * but for the last seconds.
 * @param present samples that have a row now, wanted or not
 */
export function sessionsOf(
  records: readonly RunRecord[],
  present: number,
  logged: LoggedSeconds = new Map(),
): Session[] {
  const opened = openedRecords(records);
  return opened.map((record, at) => {
    const closed = closedOf(records, record.session);
    const after = opened[at + 1]?.present ?? present;
    return {
      started: record.time,
      ended: closed?.time,
      host: record.host,
      backend: record.backend,
      engine: engineOf(records, record),
      workers: record.workers,
      simulated: closed?.simulated ?? Math.max(0, after - record.present),
      busySeconds: closed?.busySeconds ?? logged.get(record.session) ?? 0,
      outcome: closed?.outcome,
    };
  });
}

/** The engine that a session met, or the one that a session before it did: a run has but one. */
function engineOf(records: readonly RunRecord[], { session, engine }: OpenedRecord) {
  const met = records.filter((record) => record.type === 'engine');
  const nearest = met.filter((record) => record.session <= session).at(-1) ?? met[0];
  return nearest?.engine ?? { name: engine.name, version: '' };
}

/** Samples that the statistics are over: what a stopping rule chose in the last session, else all that is wanted. */
export function countedOf(records: readonly RunRecord[], wanted: number): number {
  const last = openedRecords(records).at(-1);
  const outcome = last && closedOf(records, last.session)?.outcome;
  return outcome?.kind === 'enough' ? Math.min(outcome.samples, wanted) : wanted;
}
