import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Names one process for good: its number alone is given away again after its end, and numbers start anew at boot. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Only where the system tells (Linux). */
  readonly boot?: string | undefined;
  /** In which the number is counted: containers of one name may each have a process 1. */
  readonly space?: string | undefined;
  readonly started?: string | undefined;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  return {
    host: hostname(),
    pid: process.pid,
    boot: await bootId(),
    space: await pidSpace(),
    started: await startOf(process.pid),
  };
}

/** Whether a process may still be there; `unknown` for one of another host or container. */
export async function livenessOf(identity: ProcessIdentity): Promise<'alive' | 'dead' | 'unknown'> {
  if (identity.host !== hostname()) return 'unknown';
  const boot = await bootId();
  if (identity.boot !== undefined && boot !== undefined && identity.boot !== boot) return 'dead';
  const space = await pidSpace();
  if (identity.space !== undefined && space !== undefined && identity.space !== space) return 'unknown';
  if (!exists(identity.pid)) return 'dead';
  const started = await startOf(identity.pid);
  if (identity.started === undefined || started === undefined) return 'alive';
  return identity.started === started ? 'alive' : 'dead';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const bootId = async (): Promise<string | undefined> =>
  (await textOf('/proc/sys/kernel/random/boot_id'))?.trim();

const pidSpace = (): Promise<string | undefined> => readlink('/proc/self/ns/pid').catch(() => undefined);

/** Clock ticks from boot to the start of a process: field 22 of proc(5)'s stat, the 20th after the name in brackets. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await textOf(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie is over, although its number is still taken.
  return fields?.[0] === 'Z' ? 'over' : fields?.[19];
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
