import { setTimeout as wait } from 'node:timers/promises';
import { ERROR_CODES, toSpiceLabError } from '../errors/index.ts';

/** A service that has just started refuses its first connections; with these waits it has a quarter of a minute. */
const WAITS_MILLISECONDS = [250, 500, 1000, 2000, 4000, 8000];

/** Does something again that failed by the infrastructure's fault. @throws SpiceLabError what the last attempt threw */
export async function patiently<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const milliseconds of WAITS_MILLISECONDS) {
    try {
      return await attempt();
    } catch (thrown) {
      if (ERROR_CODES[toSpiceLabError(thrown).code] !== 'infrastructure') throw thrown;
    }
    await wait(milliseconds, undefined, signal ? { signal } : {});
  }
  return attempt();
}
