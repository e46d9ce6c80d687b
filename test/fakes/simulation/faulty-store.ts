import { SpiceLabError } from '../../../src/errors/index.ts';
import type { Store, StoredObject } from '../../../src/store.ts';
import { MemoryStore } from '../memory-store.ts';
import type { Fate } from './fate.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What all processes share, and when it came and went. */
export class Disk {
  readonly memory = new MemoryStore();
  /** Keys of objects that do not hold what they should. */
  readonly torn = new Set<string>();
  private history: { key: string; size: number; from: number; to: number }[] = [];

  constructor(
    private readonly time: VirtualTime,
    /** Seconds by which listings lag behind. */
    readonly lag: number,
  ) {}

  write(key: string, bytes: Uint8Array): boolean {
    if (this.memory.objects.has(key)) return false;
    this.memory.objects.set(key, bytes);
    this.history.push({ key, size: bytes.length, from: this.time.now, to: Number.POSITIVE_INFINITY });
    return true;
  }

  delete(key: string): void {
    this.memory.objects.delete(key);
    this.torn.delete(key);
    for (const entry of this.history) if (entry.key === key) entry.to = Math.min(entry.to, this.time.now);
    // what no listing shows any more
    this.history = this.history.filter(({ to }) => to > this.time.now - this.lag);
  }

  /** Leases that a process left. */
  leasesOf(pid: number): number {
    const { memory } = this;
    const leases = memory.keys('lock/').map((key) => new TextDecoder().decode(memory.objects.get(key)));
    return leases.filter((lease) => JSON.parse(lease).pid === pid).length;
  }

  /** Keys of good objects that every listing from now on shows, unless they are deleted. */
  settled(prefix: string): string[] {
    const at = this.time.now - this.lag;
    return this.history
      .filter(({ key, from, to }) => key.startsWith(prefix) && from <= at && to === Number.POSITIVE_INFINITY)
      .flatMap(({ key }) => (this.torn.has(key) ? [] : [key]));
  }

  /** What a listing shows now. */
  listed(prefix: string): StoredObject[] {
    const at = this.time.now - this.lag;
    return this.history
      .filter(({ key, from, to }) => key.startsWith(prefix) && from <= at && at < to)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

/** The way of one process to the disk: slow, and not always to be relied on. */
export class FaultyStore implements Store {
  readonly location = 'simulated';

  constructor(
    private readonly disk: Disk,
    private readonly process: SimulatedProcess,
    private readonly fate: Fate,
    private readonly time: VirtualTime,
    /** Told of everything that this process wrote and knows that it did. */
    private readonly onWritten: (key: string) => void,
  ) {}

  read(key: string): Promise<Uint8Array | undefined> {
    return this.call(`read ${key}`, () => this.disk.memory.objects.get(key));
  }

  async writeOnce(key: string, bytes: Uint8Array): Promise<boolean> {
    const written = await this.call(`write ${key}`, () => this.disk.write(key, bytes));
    this.onWritten(key);
    return written;
  }

  has(key: string): Promise<boolean> {
    return this.call(`has ${key}`, () => this.disk.memory.objects.has(key));
  }

  async *list(prefix: string, after = ''): AsyncIterable<StoredObject> {
    yield* await this.call(`list ${prefix}`, () => this.disk.listed(prefix).filter(({ key }) => key > after));
  }

  delete(key: string): Promise<void> {
    return this.call(`delete ${key}`, () => this.disk.delete(key));
  }

  /** The effect comes before or after the wait; what a killed process had sent off may still come to effect. */
  private async call<T>(what: string, effect: () => T): Promise<T> {
    if (this.process.sessionOver) throw new Error('the store was called after the end of the session');
    const fault = this.fate.storeFault();
    const soon = this.fate.often(50);
    let answer: T | undefined;
    if (soon && fault !== 'before') answer = effect();
    await this.time.sleep(this.fate.seconds(0.2));
    const comes = this.process.alive || this.fate.often(50);
    if (!soon && fault !== 'before' && comes) answer = effect();
    await this.process.wait(0);
    if (fault === undefined) return answer as T;
    this.process.faults.push(what);
    throw new SpiceLabError('STORE_FAILED', 'the store failed on purpose', { remedy: 'Resume the run.' });
  }
}
