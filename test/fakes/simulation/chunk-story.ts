import type { JobEvent, LossReason } from '../../../src/backend.ts';
import { type Chunk, checksum, type PartPayload } from '../../../src/protocol/index.ts';
import type { Deed } from './circuit.ts';
import { harm, partOf } from './circuit.ts';
import type { ChunkFault, Fate } from './fate.ts';

export type PartEvent = Extract<JobEvent, { type: 'part' }>;

/** Something told of a chunk, so many seconds after what was told before. */
export interface Told {
  readonly after: number;
  readonly event: JobEvent;
  /** The part is not what it should be. */
  readonly spoilt?: boolean;
}

/** What is told of a chunk from its end on, and whether it ends in more than one way. */
export interface ChunkStory {
  readonly told: readonly Told[];
  readonly disputed: boolean;
}

const REASONS: readonly LossReason[] = ['crash', 'memory', 'preempted', 'unreachable', 'cancelled'];

/** Decides how chunks end that were simulated by one session's workers. */
export class Storyteller {
  constructor(
    private readonly fate: Fate,
    private readonly deeds: ReadonlyMap<number, Deed>,
    /** Healthy samples that were blamed once already, as far as the session hears of it: a second time would be a judgement. */
    private readonly blamed: Set<number>,
  ) {}

  async storyOf(chunk: Chunk, worker: string, fault: ChunkFault | undefined): Promise<ChunkStory> {
    const harmed = harm(this.deeds, chunk);
    if (harmed && harmed.type !== 'corrupt') return once({ ...harmed, chunk: chunk.id });
    const part: PartEvent = { type: 'part', chunk: chunk.id, worker, part: await partOf(chunk) };
    const lost: JobEvent = { type: 'lost', chunk: chunk.id, reason: 'unreachable' };
    const soon = this.fate.often(50) ? 0 : this.fate.seconds(5);
    switch (fault) {
      case undefined:
      case 'late':
      case 'hang':
        return once(part);
      case 'duplicate':
        return { told: [...once(part).told, { after: soon, event: part }], disputed: false };
      case 'lost':
        return once(this.loss(chunk));
      case 'lostThenPart':
        return { told: [...once(lost).told, { after: soon, event: part }], disputed: true };
      case 'partThenLost':
        return { told: [...once(part).told, { after: soon, event: this.loss(chunk) }], disputed: true };
      case 'failed':
        return once(this.failure(chunk));
      case 'corrupt':
        return { told: [{ after: 0, event: spoil(part), spoilt: true }], disputed: false };
      case 'forgotten':
        return { told: [], disputed: false };
      case 'stranger': {
        const stranger = { chunk: 'stranger' };
        const others: JobEvent[] = [
          { ...part, ...stranger },
          { ...lost, ...stranger },
          { type: 'progress', done: 1, ...stranger },
        ];
        return { told: [...others, part].map((event) => ({ after: 0, event })), disputed: false };
      }
    }
  }

  private loss(chunk: Chunk): JobEvent {
    const reason = this.fate.one(REASONS);
    const blames = reason === 'crash' || reason === 'memory';
    const alone = chunk.end - chunk.start === 1;
    const just = !blames || !alone || this.blame(chunk.start);
    return { type: 'lost', chunk: chunk.id, reason: just ? reason : 'preempted', detail: 'on purpose' };
  }

  private failure({ id: chunk, start, end }: Chunk): JobEvent {
    const { fate } = this;
    const cause = fate.one(['timeout', 'memory', 'error'] as const);
    const harmless = { code: 'BACKEND_FAILED', message: 'on purpose' } as const;
    if (cause === 'error' && fate.often(40)) return { type: 'failed', chunk, cause, error: harmless };
    const error = { code: 'ENGINE_FAILED', message: 'on purpose' } as const;
    const alone = end - start === 1;
    // One sample alone over its time limit is the worker's own judgement, which is not made on purpose.
    if (alone && (cause === 'timeout' || !this.blame(start)))
      return { type: 'failed', chunk, cause: 'error', error: harmless };
    const suspect = start + fate.choose(end - start);
    const named = alone || (fate.often(60) && this.blame(suspect));
    if (named) return { type: 'failed', chunk, cause, error, suspect };
    return { type: 'failed', chunk, cause, error, ...(fate.often(20) ? { suspect: end } : {}) };
  }

  /** Whether this sample was never blamed before. */
  private blame(sample: number): boolean {
    if (this.blamed.has(sample)) return false;
    this.blamed.add(sample);
    return true;
  }
}

const once = (event: JobEvent): ChunkStory => ({ told: [{ after: 0, event }], disputed: false });

function spoil(event: PartEvent): PartEvent {
  const payload: PartPayload = { ...event.part!, checksum: checksum(Uint8Array.of(0)) };
  return { ...event, part: payload };
}
