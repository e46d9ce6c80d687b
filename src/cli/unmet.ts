import type { RunOutcome } from '../run/index.ts';

/** What to tell where a stopping rule was given and every sample ran without it being met; else `undefined`. */
export function unmetRule(
  outcome: RunOutcome,
  rule: string | undefined,
  run: string,
  samples: number,
): string | undefined {
  if (rule === undefined || outcome.kind !== 'complete') return undefined;
  return `"${rule}" was not met at any look; spicelab extend ${run} -n ${2 * samples} --until "${rule}" goes on`;
}
