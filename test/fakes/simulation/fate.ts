import { type Choose, chooser } from '../play.ts';

/** What befalls a chunk that could be simulated. */
export type ChunkFault =
  | 'late'
  | 'duplicate'
  | 'lost'
  | 'lostThenPart'
  | 'partThenLost'
  | 'failed'
  | 'corrupt'
  | 'forgotten'
  | 'stranger'
  /** Its worker hangs until somebody ends it. */
  | 'hang';
const CHUNK_FAULTS: readonly ChunkFault[] = [
  'late',
  'duplicate',
  'duplicate',
  'lost',
  'lost',
  'lost',
  'lostThenPart',
  'partThenLost',
  'failed',
  'failed',
  'corrupt',
  'forgotten',
  'stranger',
  'hang',
  'hang',
];

/** Everything that is decided by a seed. Each kind of fault has a budget, so that every run can end. */
export class Fate {
  readonly choose: Choose;
  /** Of a hundred chunks. */
  readonly chunkFaults: number;
  /** Of a hundred calls of the store. */
  readonly storeFaults: number;
  readonly reorders: boolean;
  /** Seconds by which a listing lags behind. */
  readonly lag: number;
  readonly jumps: boolean;
  private chunkBudget = 24;
  private storeBudget: number;
  private backendBudget: number;
  private endings: number;

  constructor(readonly seed: number) {
    this.choose = chooser(Math.imul(seed, 2654435761));
    this.chunkFaults = this.one([0, 5, 15, 30, 60]);
    this.storeFaults = this.one([0, 0, 1, 4]);
    this.storeBudget = this.choose(5);
    this.backendBudget = this.choose(4);
    this.reorders = this.often(30);
    this.lag = this.one([0, 0, 0, 0.05, 2]);
    this.jumps = this.often(30);
    this.endings = this.choose(4);
  }

  one<T>(from: readonly T[]): T {
    return from[this.choose(from.length)]!;
  }

  /** True in so many of a hundred cases. */
  often(percent: number): boolean {
    return this.choose(100) < percent;
  }

  /** Between 0 and the most, mostly short. */
  seconds(most: number): number {
    const share = this.choose(1000) / 1000;
    return most * share ** 3;
  }

  chunkFault(): ChunkFault | undefined {
    if (!this.often(this.chunkFaults) || this.chunkBudget-- <= 0) return undefined;
    return this.one(CHUNK_FAULTS);
  }

  /** Whether a call of the store fails, and if so, before or after it had its effect. */
  storeFault(): 'before' | 'after' | undefined {
    if (!this.often(this.storeFaults) || this.storeBudget <= 0) return undefined;
    this.storeBudget--;
    return this.often(50) ? 'before' : 'after';
  }

  /** Whether a submit is refused, or a watch breaks off. */
  backendFault(): boolean {
    if (this.backendBudget <= 0 || !this.often(4)) return false;
    this.backendBudget--;
    return true;
  }

  /** How a session is to end before its time. */
  ending():
    | { readonly how: 'kill' | 'interrupt' | 'interruptTwice'; readonly afterSteps: number }
    | undefined {
    if (this.endings-- <= 0) return undefined;
    const how = this.one(['kill', 'kill', 'kill', 'interrupt', 'interruptTwice'] as const);
    return { how, afterSteps: 1 + this.choose(this.one([10, 40, 160])) };
  }
}
