import type { ChildProcess } from 'node:child_process';
import { spawnWorker } from '../backends/common/spawn-worker.ts';
import { workerFile } from '../backends/common/worker-file.ts';

/** Commands that will want a worker, unless they only tell something. */
const SIMULATING = new Set(['mc', 'sweep', 'worst-case', 'sensitivity', 'tune', 'run']);
const TELLING = new Set(['--help', '-h', '--explain']);
/** Workers of other backends are not on this machine, or not started by this process. */
const isElsewhere = (word: string): boolean => word === '--on' || word.startsWith('--on=');

/** A worker for a command that simulates. None where the installation lacks it: the backend says that in its own time. */
export function spawnAhead([command = '', ...rest]: readonly string[]): ChildProcess[] {
  const simulates =
    SIMULATING.has(command) &&
    rest.length > 0 &&
    !rest.some((word) => TELLING.has(word) || isElsewhere(word));
  if (!simulates) return [];
  try {
    return [spawnWorker(workerFile())];
  } catch {
    return [];
  }
}
