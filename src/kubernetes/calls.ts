import { setTimeout as wait } from 'node:timers/promises';
import { SpiceLabError } from '../errors/index.ts';

/** Together about two minutes: an API server that is restarted or upgraded comes back in less. */
const WAITS_MILLISECONDS = [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000, 30_000, 30_000];

/** The HTTP status of a refusal; `undefined` where there was no answer at all. */
export function statusOf(thrown: unknown): number | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : undefined;
}

/** What the API server said. */
export function reasonOf(thrown: unknown): string {
  const { body, message } = thrown as { body?: unknown; message?: string };
  try {
    const told = typeof body === 'string' ? (JSON.parse(body) as { message?: string }) : undefined;
    if (told?.message) return told.message;
  } catch {
    // no answer of Kubernetes, but of something before it
  }
  const cause = (thrown as { cause?: { message?: string } }).cause?.message;
  return cause ?? message ?? String(thrown);
}

const isPassing = (status: number | undefined): boolean =>
  status === undefined || status === 429 || status >= 500;

/**
 * Asks the API server, and again while it does not answer.
 * @throws SpiceLabError BACKEND_UNUSABLE for what it refuses, BACKEND_FAILED when it stays away
 */
export async function ask<T>(what: string, call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (thrown) {
      const status = statusOf(thrown);
      const pause = WAITS_MILLISECONDS[attempt];
      if (!isPassing(status)) throw refused(what, status, thrown);
      if (pause === undefined || signal?.aborted)
        throw new SpiceLabError(
          'BACKEND_FAILED',
          `Kubernetes does not answer (${what}): ${reasonOf(thrown)}`,
          {
            cause: thrown,
            remedy: 'See whether kubectl get nodes works.',
          },
        );
      await wait(pause, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
}

/** As `ask`, but `undefined` where there is no such thing. */
export async function askFor<T>(
  what: string,
  call: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  return ask(
    what,
    () =>
      call().catch((thrown) => {
        if (statusOf(thrown) === 404) return undefined;
        throw thrown;
      }),
    signal,
  );
}

function refused(what: string, status: number | undefined, cause: unknown): SpiceLabError {
  const reason = reasonOf(cause);
  const remedy =
    status === 401 || status === 403
      ? 'Ask for a role that may create jobs and configmaps, and read pods, their logs and events in this namespace; docs/kubernetes.md has it.'
      : 'Mend the job template, or what the message names.';
  return new SpiceLabError('BACKEND_UNUSABLE', `Kubernetes refuses to ${what}: ${reason}`, { cause, remedy });
}
