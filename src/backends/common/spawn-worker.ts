import { type ChildProcess, spawn } from 'node:child_process';

/** Where a worker writes its frames, apart from what native code prints. */
export const FRAMES_FD = 3;

/**
 * Starts the process of a worker; what it says waits in its pipes until a `WorkerProcess` takes it over. Little is
 * imported here, so that a command can start a worker before it has read the rest of itself.
 */
export function spawnWorker(file: string): ChildProcess {
  // A process group of its own keeps a terminal's Ctrl-C away, and lets its children be ended with it.
  const child = spawn(process.execPath, [file, `--frames-fd=${FRAMES_FD}`, '--own-group'], {
    env: environment(),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  // One that cannot be started has no pid, which is looked at when it is taken over.
  child.once('error', () => undefined);
  return child;
}

/**
 * Without the name of further certificates: Node reads them all at every start, for a tenth of a second, and a worker
 * talks to nobody but through its pipes.
 */
function environment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return rest;
}

/** Whether the process was started and has not ended, as far as is known. */
export const isLiving = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;
