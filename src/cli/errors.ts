import { describeError, SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import type { Streams } from './streams.ts';

export const EXIT = { ok: 0, failed: 1, user: 2, interrupted: 130 } as const;

/** Bad input ends with 2, everything else that went wrong with 1. */
export const exitCodeOf = (error: SpiceLabError): number =>
  error.blame === 'user' ? EXIT.user : EXIT.failed;

/** What to do where an answer cannot be written; a full disk is the machine's fault, a wrong path the user's. */
export function writeError(what: string, thrown: unknown): SpiceLabError {
  if (thrown instanceof SpiceLabError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  const cause = { cause: thrown };
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new SpiceLabError('STORE_FULL', `${what} cannot be written: the disk is full`, {
        ...cause,
        remedy: 'Free some space, or write elsewhere with -o FILE. The run itself is not touched.',
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return new SpiceLabError('FILE_FAILED', `${what} cannot be written: there is no such folder`, {
        ...cause,
        remedy: 'Make the folder first, or name another file with -o.',
      });
    case 'EISDIR':
      return new SpiceLabError('FILE_FAILED', `${what} cannot be written: it is a folder`, {
        ...cause,
        remedy: 'Name a file with -o.',
      });
    default:
      return new SpiceLabError('FILE_FAILED', `${what} cannot be written: ${message}`, {
        ...cause,
        remedy: 'Name another file with -o, in a folder that may be written to.',
      });
  }
}

/** Prints an error as a person reads it; a defect of ours shows its stack as well. Returns the exit code. */
export function printError(thrown: unknown, streams: Streams): number {
  const error = toSpiceLabError(thrown);
  const { red, dim } = streams.colors;
  streams.stderr.write(`${red('error')} ${describeError(error)} ${dim(`[${error.code}]`)}\n`);
  if (error.blame === 'internal') {
    const cause = error.cause instanceof Error ? error.cause : error;
    streams.stderr.write(
      `${dim(cause.stack ?? '')}\nThis is a defect of SpiceLab: please report it with the lines above.\n`,
    );
  }
  return exitCodeOf(error);
}
