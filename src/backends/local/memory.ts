import { totalmem } from 'node:os';

/** A fair share of this machine's memory for each of so many workers. */
export function memoryShare(workers: number): number {
  const allowed = process.constrainedMemory?.() ?? 0;
  const total = allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
  return Math.max(2 ** 30, Math.floor((0.8 * total) / workers));
}
