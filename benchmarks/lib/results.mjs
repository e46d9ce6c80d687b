import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describeMachine } from './machine.mjs';
import { ROOT } from './process.mjs';
import { figure } from './rows.mjs';
import { markdownTable } from './table.mjs';

/**
 * @typedef {import('./rows.mjs').Benchmark} Benchmark
 * @typedef {import('./rows.mjs').Row} Row
 */

const FOLDER = join(ROOT, 'benchmarks/results');
const fileOf = (/** @type {string} */ name) => join(FOLDER, `${name}.json`);

/** @param {Benchmark} benchmark @param {{ rounds: number, rows: readonly Row[], loadBefore: number }} measured */
export const saveResult = (benchmark, measured) =>
  save(benchmark, { ...measured, machine: describeMachine() });

/** @param {Benchmark} benchmark @param {string} why */
export const saveNotRun = (benchmark, why) => {
  // An earlier result stays, since it says more than that this machine has none.
  if (!existsSync(fileOf(benchmark.name))) save(benchmark, { notRun: why });
};

/** @param {Benchmark} benchmark @param {object} content */
function save({ name, title }, content) {
  mkdirSync(FOLDER, { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(fileOf(name), `${JSON.stringify({ name, title, date, ...content }, undefined, 2)}\n`);
}

/** All saved results as one page. @param {readonly Benchmark[]} benchmarks */
export function writeLatest(benchmarks) {
  const sections = benchmarks.map(sectionOf);
  const file = join(FOLDER, 'latest.md');
  writeFileSync(
    file,
    `# Benchmarks: the last results\n\nWritten by \`npm run bench\`; what they mean is in [docs/benchmarks.md](../../docs/benchmarks.md).\n\n${sections.join('\n\n')}\n`,
  );
  return relative(ROOT, file);
}

/** @param {Benchmark} benchmark */
function sectionOf({ name, title }) {
  const head = `## ${name}\n\n${title}`;
  if (!existsSync(fileOf(name))) return `${head}.\n\nNot run.`;
  const saved = JSON.parse(readFileSync(fileOf(name), 'utf8'));
  if (saved.notRun) return `${head}.\n\nNot run: ${saved.notRun}.`;
  const { machine } = saved;
  return [
    `${head}.`,
    markdownTable(saved.rows),
    `${saved.date}, ${saved.rounds} rounds; ${machine.processor}, ${machine.memory}, ${machine.system}, Node ${machine.node}, ngspice ${machine.ngspice}; load per core before: ${figure(saved.loadBefore)}.`,
  ].join('\n\n');
}
