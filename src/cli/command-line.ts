import type { ChildProcess } from 'node:child_process';
import { CommanderError } from 'commander';
import { EXIT, printError, writeError } from './errors.ts';
import { buildProgram } from './program.ts';
import { processStreams } from './streams.ts';

/**
 * Does what the words of the command line ask for; answers the exit code.
 * @param spawned workers that were started ahead
 */
export async function runCommandLine(spawned: readonly ChildProcess[]): Promise<number> {
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
  const program = buildProgram({ streams, finish, spawned });
  for (const known of [program, ...program.commands]) known.exitOverride();
  try {
    await program.parseAsync();
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.user;
    return printError(thrown, streams);
  }
  return code;
}
