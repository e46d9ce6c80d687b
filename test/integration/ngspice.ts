import { spawnSync } from 'node:child_process';

/** Whether the `ngspice` executable is installed; prints why tests are skipped where it is not. */
export function hasNgspice(): boolean {
  const found = spawnSync('ngspice', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!found) console.warn('skipped: the ngspice executable is not installed');
  return found;
}
