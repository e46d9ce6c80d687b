import type { EngineIdentity } from '../engine.ts';
import { SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import { createSampler, type Sampler } from '../plan/sampler.ts';
import type { Plan } from '../plan/schema.ts';
import { type Status, statusCode } from '../plan/table.ts';
import { checksum, encodePart, type PartPayload } from '../protocol/index.ts';
import type { Store } from '../store.ts';
import type { Range } from './coverage.ts';
import { type Digest, digest, digestColumns } from './digest.ts';
import { partKey, waveformKey } from './parts.ts';
import { checkedPart, checkedWaveforms, setAside } from './recover.ts';
import type { StoppingRule } from './rule.ts';

/** Stands where a part was made before any worker told what engine it has; says nothing about the run's engine. */
export const UNKNOWN_VERSION = 'unknown';

/** A part that holds what it says, not yet in the store. */
export interface CheckedPart {
  readonly range: Range;
  readonly engine: EngineIdentity;
  readonly digest: Digest;
  readonly bytes: number;
  write(): Promise<void>;
}

/** Takes parts into the store of one run: checks them, digests them, writes them. */
export class Intake {
  private readonly columns: readonly string[];
  private sampler: Sampler | undefined;

  constructor(
    private readonly store: Store,
    private readonly plan: Plan,
    private readonly planId: string,
    private readonly rule: StoppingRule | undefined,
  ) {
    this.columns = digestColumns(plan, rule);
  }

  /**
   * Checks a part that came over the wire or, without a payload, one that a worker wrote to the store.
   * @throws SpiceLabError PART_CORRUPT where it is not what the worker sent
   */
  async check(range: Range, payload: PartPayload | undefined): Promise<CheckedPart> {
    if (!payload) return this.checkStored(range);
    const { table, waveforms } = payload;
    requireSum('table', table, payload.checksum);
    if (waveforms) requireSum('waveforms', waveforms, payload.waveformChecksum);
    return {
      ...this.understood(range, table),
      bytes: table.length + (waveforms?.length ?? 0),
      write: async () => {
        // Waveforms first: a table in the store says that everything of its samples is there.
        if (waveforms) await this.store.writeOnce(waveformKey(range), waveforms);
        await this.store.writeOnce(partKey(range), table);
      },
    };
  }

  /** A damaged part makes room, else every worker that makes it anew would find it there already. */
  private async checkStored(range: Range): Promise<CheckedPart> {
    const key = partKey(range);
    const table = await this.store.read(key);
    if (!table) throw corrupt(`the worker did not write ${key}`);
    try {
      const understood = this.understood(range, table);
      const waveforms = await checkedWaveforms(this.store, range, this.plan, this.planId);
      return { ...understood, bytes: table.length + waveforms, write: async () => {} };
    } catch (thrown) {
      if (toSpiceLabError(thrown).code === 'PART_CORRUPT') await setAside(this.store, key, table);
      throw thrown;
    }
  }

  private understood(range: Range, table: Uint8Array): Pick<CheckedPart, 'range' | 'engine' | 'digest'> {
    const decoded = checkedPart(table, range, this.plan, this.planId, this.columns);
    return {
      range,
      engine: decoded.engine,
      digest: digest(decoded, range.start, range, this.plan, this.rule),
    };
  }

  /** A part of one row for a sample that no worker could finish. */
  async poisonous(
    sample: number,
    status: Status,
    message: string,
    engine: EngineIdentity,
  ): Promise<CheckedPart> {
    this.sampler ??= createSampler(this.plan);
    const range = { start: sample, end: sample + 1 };
    const table = encodePart(
      this.plan,
      this.planId,
      engine,
      range,
      this.sampler.batch(range.start, range.end),
      {
        rows: 1,
        columns: this.plan.measurements.map(() => Float64Array.of(Number.NaN)),
        status: Uint8Array.of(statusCode(status)),
        messages: new Map([[0, message]]),
        waveforms: [],
      },
    );
    return this.check(range, { table, rows: 1, seconds: 0, checksum: checksum(table) });
  }
}

function requireSum(what: string, bytes: Uint8Array, expected: string | undefined): void {
  if (checksum(bytes) !== expected) throw corrupt(`its ${what} changed on the way`);
}

const corrupt = (why: string): SpiceLabError =>
  new SpiceLabError('PART_CORRUPT', `a part is corrupt: ${why}`, {
    remedy: 'Its samples are simulated again.',
  });
