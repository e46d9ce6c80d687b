#!/usr/bin/env node
import type { ChildProcess } from 'node:child_process';
import { CommanderError } from 'commander';
import { spawnWorker } from '../backends/common/spawn-worker.ts';
import { workerFile } from '../backends/common/worker-file.ts';
import { EXIT, printError, writeError } from './errors.ts';
import { processStreams } from './streams.ts';

/** Commands that will want a worker, unless they only tell something. */
const SIMULATING = new Set(['mc', 'sweep', 'worst-case', 'sensitivity', 'run']);
const TELLING = new Set(['--help', '-h', '--explain']);

const [command = '', ...rest] = process.argv.slice(2);
const simulates = SIMULATING.has(command) && rest.length > 0 && !rest.some((word) => TELLING.has(word));
// a tenth of a small run is spent on starting a worker one after the other with reading the command
const spawned = simulates ? startAhead() : [];

const streams = processStreams();
// a reader that has seen enough, such as `head`, is no failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  process.exit(printError(writeError('standard output', error), streams));
});

let code: number = EXIT.ok;
const finish = (ended: number): void => {
  code = ended;
};
const { buildProgram } = await import('./program.ts');
const program = buildProgram({ streams, finish, spawned });
for (const known of [program, ...program.commands]) known.exitOverride();
try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) code = thrown.exitCode === 0 ? EXIT.ok : EXIT.user;
  else code = printError(thrown, streams);
}
for (const child of spawned) child.kill('SIGKILL');
process.exitCode = code;

/** None where the installation lacks its worker: the backend says that in its own time. */
function startAhead(): ChildProcess[] {
  try {
    return [spawnWorker(workerFile())];
  } catch {
    return [];
  }
}
