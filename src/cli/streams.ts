import pc from 'picocolors';

/** Where a command writes: answers to `stdout`, everything about their making to `stderr`. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Whether a person watches `stderr`, so that a line may be rewritten. */
  readonly interactive: boolean;
  /** Columns of the terminal, 80 where there is none. */
  readonly width: number;
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly color: boolean;
}

export function processStreams(): Streams {
  const color = pc.isColorSupported && process.stdout.isTTY === true;
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    interactive: process.stderr.isTTY === true,
    width: process.stdout.columns ?? process.stderr.columns ?? 80,
    colors: pc.createColors(color),
    color,
  };
}
