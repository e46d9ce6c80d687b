interface Entry {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A time that goes on by itself when nothing can happen any more: what was to happen next happens then. Callbacks due at
 * one moment come in the order in which they were asked for, so that everything is repeated exactly.
 */
export class VirtualTime {
  /** Seconds. */
  now = 0;
  /** Callbacks so far. */
  steps = 0;
  /** Ascending. */
  private queue: Entry[] = [];
  private readonly alarms = new Map<number, () => void>();

  constructor(
    private readonly mostSeconds: number,
    private readonly mostSteps: number,
  ) {}

  after(seconds: number, callback: () => void): () => void {
    const entry = { at: this.now + Math.max(0, seconds), callback };
    let at = this.queue.length;
    while (at > 0 && this.queue[at - 1]!.at > entry.at) at--;
    this.queue.splice(at, 0, entry);
    return () => {
      this.queue = this.queue.filter((other) => other !== entry);
    };
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(seconds, resolve);
    });
  }

  /** Calls back before a step that is to come; one callback per step. */
  beforeStep(step: number, callback: () => void): void {
    this.alarms.set(step, callback);
  }

  /** Goes on until the promise settles. @throws Error when it never will, or not in time */
  run<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let over = false;
      const settle =
        <V>(settled: (value: V) => void) =>
        (value: V) => {
          over = true;
          settled(value);
        };
      work.then(settle(resolve), settle(reject));
      const turn = (): void => {
        if (over) return;
        try {
          this.step();
        } catch (error) {
          reject(error);
          return;
        }
        // A tick comes when no promise has anything left to do.
        queueMicrotask(() => process.nextTick(turn));
      };
      process.nextTick(turn);
    });
  }

  /** Nothing is called back before a step any more. */
  forgetSteps(): void {
    this.alarms.clear();
  }

  private step(): void {
    const alarm = this.alarms.get(++this.steps);
    this.alarms.delete(this.steps);
    if (alarm) {
      alarm();
      return;
    }
    const next = this.queue.shift();
    if (!next) throw new Error(`deadlock after ${this.now} s: nothing is under way, and it is not over`);
    this.now = next.at;
    if (this.now > this.mostSeconds) throw new Error(`not over after ${this.mostSeconds} s`);
    if (this.steps > this.mostSteps) throw new Error(`not over after ${this.mostSteps} steps`);
    next.callback();
  }
}
