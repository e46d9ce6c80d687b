/**
 * Measures what is asked for, or everything, and prints and saves the figures:
 *
 *     npm run bench -- [NAME…] [--rounds N]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchmark as bare } from './bare.mjs';
import { benchmark as compile } from './compile.mjs';
import { benchmark as daemons } from './daemons.mjs';
import { benchmark as dispatch } from './dispatch.mjs';
import { benchmark as firstResult } from './first-result.mjs';
import { benchmark as highSigma } from './high-sigma.mjs';
import { load } from './lib/machine.mjs';
import { saveNotRun, saveResult, writeLatest } from './lib/results.mjs';
import { figure, median } from './lib/rows.mjs';
import { plainTable } from './lib/table.mjs';
import { benchmark as million } from './million.mjs';
import { benchmark as ota } from './ota.mjs';
import { benchmark as rc } from './rc.mjs';
import { benchmark as roundTrip } from './round-trip.mjs';
import { benchmark as scaling } from './scaling.mjs';
import { benchmark as sky130 } from './sky130.mjs';
import { benchmark as sobol } from './sobol.mjs';
import { benchmark as statistical } from './statistical.mjs';
import { benchmark as transient } from './transient.mjs';
import { benchmark as tune } from './tune.mjs';
import { benchmark as workers } from './workers.mjs';

const BENCHMARKS = [
  ...[rc, ota, bare, dispatch, million, workers, firstResult],
  ...[statistical, sky130, transient, compile],
  ...[sobol, highSigma, tune],
  ...[roundTrip, scaling, daemons],
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, verbose: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(
    `no benchmark ${unknown.join(', ')}; there are ${BENCHMARKS.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds ${values.rounds}: a whole number from 1 on is wanted`);
  process.exit(2);
}

for (const benchmark of BENCHMARKS) {
  if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
  console.log(`\n${benchmark.name}: ${benchmark.title}`);
  const missing = await benchmark.needs();
  if (missing !== undefined) {
    console.log(`not run: ${missing}`);
    saveNotRun(benchmark, missing);
    continue;
  }
  await measure(benchmark);
}
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
console.log(`\nSaved to ${writeLatest(BENCHMARKS)}`);

/** @param {import('./lib/rows.mjs').Benchmark} benchmark */
async function measure(benchmark) {
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-bench-'));
  const loads = [load()];
  try {
    const tell = (/** @type {string} */ line) => {
      loads.push(load());
      if (values.verbose) console.log(`  ${line}`);
    };
    const rows = await benchmark.run({ rounds, folder, tell });
    console.log(plainTable(rows));
    console.log(`load of the machine before: ${figure(loads[0])} per core, median ${figure(median(loads))}`);
    saveResult(benchmark, { rounds, rows, loadBefore: loads[0] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
