import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { firstMatch } from './machine.mjs';
import { ROOT, runProgram } from './process.mjs';

const SAMPLES = 500;

/** Outside the checkout, since it is no part of the project. */
const python = () =>
  process.env['SPICELAB_BENCH_PYTHON'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'spicelab-bench/python/bin/python');

export const needsPySpice = () => {
  const path = python();
  if (!existsSync(path))
    return `no Python with PySpice at ${path.replace(homedir(), '~')} (see docs/benchmarks.md)`;
  return firstMatch(path, ['-c', 'import PySpice; print(PySpice.__version__)'], /(\d+\.\d+)/)
    ? undefined
    : 'PySpice does not import';
};

/** PySpice with ngspice's shared library in its process, the circuit built per sample. Its start is not counted. */
export function simulateByPySpice() {
  const { stdout } = runProgram(python(), [join(ROOT, 'benchmarks/loops/pyspice_rc.py'), String(SAMPLES)]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
