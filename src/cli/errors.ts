import { describeError, type SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import type { Streams } from './streams.ts';

export const EXIT = { ok: 0, failed: 1, user: 2, interrupted: 130 } as const;

/** Bad input ends with 2, everything else that went wrong with 1. */
export const exitCodeOf = (error: SpiceLabError): number =>
  error.blame === 'user' ? EXIT.user : EXIT.failed;

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
