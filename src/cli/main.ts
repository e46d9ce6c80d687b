#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT, printError, writeError } from './errors.ts';
import { buildProgram } from './program.ts';
import { processStreams } from './streams.ts';

const streams = processStreams();
// a reader that has seen enough, such as `head`, is no failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  process.exit(printError(writeError('standard output', error), streams));
});

let code: number = EXIT.ok;
const program = buildProgram({
  streams,
  finish: (ended) => {
    code = ended;
  },
});
for (const command of [program, ...program.commands]) command.exitOverride();
try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) code = thrown.exitCode === 0 ? EXIT.ok : EXIT.user;
  else code = printError(thrown, streams);
}
process.exitCode = code;
