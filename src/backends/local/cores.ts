import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * Cores that simulations can use at the same time: physical ones, because two hyper-threads of a core simulate hardly more
 * than one, and never more than this process may use (affinity, a container's quota). At least 1.
 */
export function physicalCores(): number {
  const available = Math.max(1, availableParallelism());
  const { cores, threads } = countCores();
  const share = cores / Math.max(cores, threads);
  return Math.max(1, Math.min(cores, Math.ceil(available * share)));
}

function countCores(): { cores: number; threads: number } {
  const threads = Math.max(1, cpus().length);
  const cores = process.platform === 'darwin' ? darwinCores() : coresOf(readCpuInfo());
  // Where nobody says, two threads a core is the usual thing.
  return { cores: cores ?? Math.max(1, Math.floor(threads / 2)), threads };
}

/** Distinct (package, core) pairs of a Linux `/proc/cpuinfo`; `undefined` where it does not tell (most ARM machines, Windows). */
export function coresOf(cpuInfo: string): number | undefined {
  const cores = new Set<string>();
  for (const block of cpuInfo.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    const socket = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1] ?? '0';
    if (core !== undefined) cores.add(`${socket}:${core}`);
  }
  if (cores.size > 0) return cores.size;
  // ARM lists processors without core ids and has no hyper-threads.
  const processors = cpuInfo.match(/^processor\s*:/gm)?.length ?? 0;
  return /^CPU implementer/m.test(cpuInfo) && processors > 0 ? processors : undefined;
}

function readCpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

function darwinCores(): number | undefined {
  try {
    const cores = Number(execFileSync('sysctl', ['-n', 'hw.physicalcpu'], { encoding: 'utf8' }));
    return cores > 0 ? cores : undefined;
  } catch {
    return undefined;
  }
}
