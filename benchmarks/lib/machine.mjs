import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem, type } from 'node:os';

/** What the figures were measured on, without anything that names the machine. */
export function describeMachine() {
  return {
    processor: `${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? 'unknown'} (${process.arch})`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: type(),
    node: process.version,
    ngspice: firstMatch('ngspice', ['--version'], /ngspice-([\w.]+)/) ?? 'not installed',
  };
}

/** Runnable processes per core over the last minute: above 1, others were at work too. */
export const load = () => loadavg()[0] / availableParallelism();

/** @param {string} program @param {readonly string[]} args @param {RegExp} pattern */
export function firstMatch(program, args, pattern) {
  try {
    return pattern.exec(
      execFileSync(program, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    )?.[1];
  } catch {
    return undefined;
  }
}
