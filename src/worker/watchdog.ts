import { SpiceLabError } from '../errors/index.ts';
import type { Progress } from './progress.ts';

export interface Limits {
  /** Seconds that one sample may take. */
  readonly sampleSeconds: number;
  /** Seconds that loading a plan may take. */
  readonly loadSeconds: number;
  /** Bytes of resident memory. */
  readonly memory: number;
}

export type Verdict =
  | { readonly kind: 'fine' }
  | { readonly kind: 'load-timeout' }
  /** `suspect` counts from the start of the chunk; known only when the engine named the row at hand. */
  | { readonly kind: 'timeout' | 'memory'; readonly suspect?: number };

/** What an engine gets on top, so that one that keeps its own time limit is the first to act. */
const GRACE_SECONDS = 1;

/** Whether the engine may go on. */
export function judge(progress: Progress, now: number, residentBytes: number, limits: Limits): Verdict {
  const { doing, inFlight, since, row } = progress;
  if (doing === 'nothing') return { kind: 'fine' };
  const suspect = doing === 'running' && row >= 0 ? { suspect: row } : {};
  if (residentBytes > limits.memory) return { kind: 'memory', ...suspect };
  if (doing === 'loading')
    return { kind: now - since > limits.loadSeconds + GRACE_SECONDS ? 'load-timeout' : 'fine' };
  if (now - since > inFlight * limits.sampleSeconds + GRACE_SECONDS) return { kind: 'timeout', ...suspect };
  return { kind: 'fine' };
}

/** What a user reads of it. */
export function explain(kind: 'load-timeout' | 'timeout' | 'memory', limits: Limits): SpiceLabError {
  if (kind === 'memory')
    return new SpiceLabError(
      'WORKER_FAILED',
      `the engine took more than ${Math.round(limits.memory / 2 ** 20)} MiB of memory`,
      { remedy: 'Use fewer workers, so that each may take more, or a deck with fewer saved vectors.' },
    );
  if (kind === 'timeout')
    return new SpiceLabError('ENGINE_FAILED', `no answer within ${limits.sampleSeconds} s per sample`, {
      remedy: 'Allow more time per sample, or look at what keeps this one from converging.',
    });
  return new SpiceLabError('ENGINE_LOAD', `the plan was not loaded within ${limits.loadSeconds} s`, {
    remedy: 'Look for an undefined parameter in the deck, or allow more time per sample.',
  });
}
