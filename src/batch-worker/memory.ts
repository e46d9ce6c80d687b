import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Left to this process and to the system's own: over the limit of a container everything in it may be killed. */
const SHARE = 0.85;
const OWN_BYTES = 96 * 2 ** 20;

/** Bytes of resident memory that the engine's process may take of this container, or of this machine. */
export function memoryForEngine(): number {
  const allowed = process.constrainedMemory?.() ?? 0;
  const total = allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
  return Math.max(64 * 2 ** 20, Math.floor(SHARE * total) - OWN_BYTES);
}

/** Times that the system has killed something of this container for its memory; 0 where it does not tell. */
export function killedForMemory(): number {
  const files = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];
  return Math.max(...files.map((file) => Number(/^oom_kill (\d+)/m.exec(textOf(file))?.[1] ?? 0)));
}

/** Bytes of resident memory that a process took at most; 0 where the system does not tell. */
export function peakMemory(pid: number): number {
  return 1024 * Number(/^VmHWM:\s*(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
