import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
/** The build that is measured; another one, to compare with, by the environment. */
export const DIST = resolve(process.env['SPICELAB_BENCH_DIST'] ?? join(ROOT, 'dist'));
export const CLI = join(DIST, 'cli.mjs');

export const needsBuild = () => (existsSync(CLI) ? undefined : 'dist/cli.mjs is not there: npm run build');

/**
 * What every contestant is started with. Where further certificates are named, Node reads them at each start, for a tenth
 * of a second: that is the machine's, and no part of any command.
 */
const environment = () => {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return rest;
};

/** Processor seconds of the children that ended so far, with theirs; `NaN` where the system does not tell. */
function childrenSeconds() {
  try {
    const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return Number.NaN;
  }
}

/**
 * Runs a program to its end, alone.
 * @param {string} program @param {readonly string[]} args @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {{ seconds: number, processor: number, stdout: string }}
 */
export function runProgram(program, args, options = {}) {
  const before = childrenSeconds();
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, [...args], {
    env: environment(),
    ...options,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seconds = (performance.now() - began) / 1000;
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return { seconds, processor: childrenSeconds() - before, stdout };
}

/**
 * Runs the command, from its start to its end.
 * @param {readonly string[]} args @param {{ cwd?: string, env?: NodeJS.ProcessEnv, nodeOptions?: readonly string[] }} [options]
 */
export function runSpiceLab(args, { nodeOptions = [], ...options } = {}) {
  return runProgram(process.execPath, [...nodeOptions, CLI, ...args], options);
}

/** The same, with every line of standard output handed over as it comes. @param {readonly string[]} args @param {(line: string) => void} hear */
export async function followSpiceLab(args, hear) {
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'inherit']);
  const child = spawn(process.execPath, [CLI, ...args], { stdio, env: environment() });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}
