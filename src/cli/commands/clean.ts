import { cleanJobs } from '../../backends/kubernetes/clean.ts';
import { EXIT } from '../errors.ts';
import type { Streams } from '../streams.ts';

export interface CleanOptions {
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly running?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Removes what dead runs left on a cluster, and says what it was. Returns the exit code. */
export async function clean(options: CleanOptions, { stdout }: Streams): Promise<number> {
  const { removed, kept } = await cleanJobs(options);
  const did = options.dryRun ? 'would be removed' : 'removed';
  for (const line of removed) stdout.write(`${did}: ${line}\n`);
  for (const line of kept) stdout.write(`kept, it still runs: ${line}\n`);
  if (removed.length + kept.length === 0) stdout.write('Nothing of spicelab is there.\n');
  else if (kept.length > 0 && !options.running) stdout.write('--running removes these, too.\n');
  return EXIT.ok;
}
