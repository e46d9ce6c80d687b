import type { EngineIdentity } from '../engine.ts';
import { nearestNames, SpiceLabError } from '../errors/index.ts';
import type { Plan } from '../plan/schema.ts';
import { decodeWaveforms } from '../protocol/index.ts';
import type { Store } from '../store.ts';
import { batchRows } from './batches.ts';
import { identityOf, noRun, readStoredPlan, requireOwnPlan } from './open-run.ts';
import { listParts, rowsOf, type Segment, type StoredPart, segmentsOf, WAVEFORMS } from './parts.ts';
import { readAhead } from './read-ahead.ts';
import { openedRecords, readRecords } from './records.ts';
import { checkedPart } from './recover.ts';
import type { ResultBatch, Results, ResultWaveform, Session } from './results.ts';
import { loggedSeconds } from './session-log.ts';
import { countedOf, sessionsOf, unclosedSessions } from './sessions.ts';

/**
 * Opens what a run has so far. The listing is of this moment; parts are read when they are asked for.
 * @throws SpiceLabError RUN_UNREADABLE where there is no run, or one that cannot be read
 */
export async function openResults(store: Store): Promise<Results> {
  const stored = await readStoredPlan(store);
  if (!stored) throw noRun(store);
  const everything = await readRecords(store);
  requireOwnPlan(store, stored.id, everything);
  // A start that was killed before it founded the run may have left a record of another plan.
  const ours = openedRecords(everything).filter((record) => record.planId === stored.id);
  const sessions = new Set(ours.map((record) => record.session));
  const records = everything.filter((record) => sessions.has(record.session));
  const last = ours.at(-1);
  const parts = await listParts(store);
  const most = parts.reduce((end, part) => Math.max(end, part.end), 0);
  const wanted = last?.wanted ?? most;
  const counted = countedOf(records, wanted);
  const present = rowsOf(segmentsOf(parts, wanted));
  return new StoredResults(store, stored.plan, stored.id, parts, {
    engine: identityOf(records),
    sessions: sessionsOf(
      records,
      rowsOf(segmentsOf(parts)),
      await loggedSeconds(store, unclosedSessions(records)),
    ),
    wanted,
    present,
    counted,
  });
}

interface Facts {
  readonly engine: EngineIdentity | undefined;
  readonly sessions: readonly Session[];
  readonly wanted: number;
  readonly present: number;
  readonly counted: number;
}

class StoredResults implements Results {
  readonly location: string;
  readonly engine: EngineIdentity | undefined;
  readonly sessions: readonly Session[];
  readonly wanted: number;
  readonly present: number;
  readonly counted: number;
  private readonly segments: readonly Segment[];

  constructor(
    private readonly store: Store,
    readonly plan: Plan,
    readonly planId: string,
    parts: readonly StoredPart[],
    facts: Facts,
  ) {
    this.location = store.location;
    this.engine = facts.engine;
    this.sessions = facts.sessions;
    this.wanted = facts.wanted;
    this.present = facts.present;
    this.counted = facts.counted;
    this.segments = segmentsOf(parts, facts.counted);
  }

  async *batches(names?: readonly string[]): AsyncIterable<ResultBatch> {
    for (const name of names ?? []) this.requireColumn(name);
    yield* batchRows(this.pieces(names));
  }

  async column(name: string): Promise<Float64Array> {
    const column = new Float64Array(rowsOf(this.segments));
    let at = 0;
    for await (const batch of this.batches([name])) {
      column.set(batch.columns.get(name)!, at);
      at += batch.rows;
    }
    return column;
  }

  async *waveforms(): AsyncIterable<ResultWaveform> {
    const segments = segmentsOf(await listParts(this.store, WAVEFORMS), this.counted);
    const keyed = segments.map((segment) => ({ ...segment, key: segment.part.key }));
    for await (const [{ from, to }, bytes] of readAhead(this.store, keyed)) {
      if (!bytes) continue;
      for (const waveform of decodeWaveforms(bytes))
        if (waveform.sample >= from && waveform.sample < to) yield waveform;
    }
  }

  private async *pieces(names: readonly string[] | undefined) {
    const segments = this.segments.map((segment) => ({ ...segment, key: segment.part.key }));
    for await (const [{ part, from, to }, bytes] of readAhead(this.store, segments)) {
      if (!bytes)
        throw new SpiceLabError('PART_CORRUPT', `${part.key} of the run in ${this.location} is gone`, {
          remedy: 'Read the run again; if it stays away, `spicelab resume` simulates its samples again.',
        });
      const decoded = this.decode(bytes, part, names);
      yield { part: decoded, from: from - part.start, to: to - part.start };
    }
  }

  private decode(bytes: Uint8Array, part: StoredPart, names: readonly string[] | undefined) {
    try {
      return checkedPart(bytes, part, this.plan, this.planId, names);
    } catch (thrown) {
      if (!(thrown instanceof SpiceLabError) || thrown.code !== 'PART_CORRUPT') throw thrown;
      throw new SpiceLabError(
        'PART_CORRUPT',
        `${part.key} of the run in ${this.location}: ${thrown.message}`,
        {
          cause: thrown,
          remedy: 'Use `spicelab resume`: it sets the part aside and simulates its samples again.',
        },
      );
    }
  }

  private requireColumn(name: string): void {
    const known = [...this.plan.variables, ...this.plan.measurements].map((column) => column.name);
    if (known.includes(name)) return;
    const near = nearestNames(name, known);
    throw new SpiceLabError('OPTION_INVALID', `this run has no column '${name}'`, {
      remedy: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It has ${known.join(', ')}.`,
    });
  }
}
