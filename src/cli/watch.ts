import type { SimulationHandle } from '../simulate/index.ts';
import { jsonLines, liveLine, type ProgressView, plainLines, silent } from './progress.ts';
import type { Streams } from './streams.ts';

export interface WatchOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** The way to show progress that fits who is watching. */
export function progressFor({ json, quiet }: WatchOptions, streams: Streams): ProgressView {
  if (json) return jsonLines(streams);
  if (quiet) return silent;
  return streams.interactive ? liveLine(streams) : plainLines(streams);
}

/**
 * Ctrl-C lets the chunks in flight finish, a second one stops at once; both say how to go on.
 * @returns what takes the signal handlers away again
 */
export function interruptible(handle: SimulationHandle, view: ProgressView, streams: Streams): () => void {
  let count = 0;
  const onSignal = () => {
    count++;
    view.close();
    const goOn = `Go on later with: spicelab resume ${handle.location}`;
    if (count === 1)
      streams.stderr.write(`Finishing the chunks in flight (Ctrl-C again stops at once). ${goOn}\n`);
    if (count === 2) streams.stderr.write(`Stopping at once. ${goOn}\n`);
    handle.interrupt();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}
