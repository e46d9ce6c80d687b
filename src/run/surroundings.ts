import { livenessOf, type ProcessIdentity, thisProcess } from './process-identity.ts';

/** What a run reads of the machine that it is conducted on: the time, and who lives there. */
export interface Surroundings {
  /** Seconds since any one moment; never goes back. */
  now(): number;
  /** Time of day in ISO 8601, for people to read: clocks are set, so nothing is reckoned from it. */
  time(): string;
  /** Calls back once, in so many seconds; the answer calls that off. */
  after(seconds: number, callback: () => void): () => void;
  thisProcess(): Promise<ProcessIdentity>;
  /** Whether a process may still be there; `unknown` for one of another host or container. */
  livenessOf(identity: ProcessIdentity): Promise<'alive' | 'dead' | 'unknown'>;
}

/** Longest wait that a timer of Node takes; whoever waits for longer is called too early. */
const MOST_MILLISECONDS = 2 ** 31 - 1;

export const THIS_MACHINE: Surroundings = {
  now: () => performance.now() / 1000,
  time: () => new Date().toISOString(),
  after: (seconds, callback) => {
    const wait = Math.min(MOST_MILLISECONDS, Math.max(0, seconds * 1000));
    const handle = setTimeout(callback, wait);
    return () => clearTimeout(handle);
  },
  thisProcess,
  livenessOf,
};
