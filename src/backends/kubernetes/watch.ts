import { setTimeout as wait } from 'node:timers/promises';
import type { Cluster } from '../../kubernetes/index.ts';

interface Listed {
  readonly metadata?: { readonly resourceVersion?: string | undefined } | undefined;
}
interface Watched {
  readonly metadata?:
    | { readonly name?: string | undefined; readonly resourceVersion?: string | undefined }
    | undefined;
}

export interface WatchTarget<T extends Watched> {
  /** `/api/v1/namespaces/…/pods` */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  list(): Promise<Listed & { readonly items: readonly T[] }>;
  /** Told of everything there is now, after each change, and never of half a listing. */
  changed(items: ReadonlyMap<string, T>): void;
}

/** Longest time without a listing: what a broken connection swallowed comes to light then. */
const RELIST_SECONDS = 300;
const PAUSES_MILLISECONDS = [250, 1000, 2000, 5000];

/**
 * Keeps up with the objects of a listing until the signal is aborted: lists, watches from there on, resumes where a watch ends,
 * and lists anew where the API server no longer knows the version (410 Gone) or was away.
 */
export async function keepWatching<T extends Watched>(
  { library, config }: Cluster,
  target: WatchTarget<T>,
  signal: AbortSignal,
): Promise<void> {
  const watch = new library.Watch(config);
  for (let failures = 0; !signal.aborted; ) {
    try {
      const { items, metadata } = await target.list();
      const known = new Map(items.map((item) => [item.metadata?.name ?? '', item]));
      target.changed(known);
      failures = 0;
      let version = metadata?.resourceVersion ?? '';
      for (let gone = false; !gone && !signal.aborted; ) {
        const heard = (phase: string, item: T): void => {
          if (phase === 'ERROR') {
            gone = true;
            return;
          }
          version = item.metadata?.resourceVersion ?? version;
          if (phase === 'BOOKMARK') return;
          if (phase === 'DELETED') known.delete(item.metadata?.name ?? '');
          else known.set(item.metadata?.name ?? '', item);
          target.changed(known);
        };
        const query = {
          ...target.query,
          resourceVersion: version,
          allowWatchBookmarks: true,
          timeoutSeconds: RELIST_SECONDS,
        };
        const failed = await oneWatch(watch, target.path, query, heard, signal);
        if (failed) gone = true;
      }
    } catch {
      // the API server is away: again, later
    }
    if (signal.aborted) return;
    await wait(PAUSES_MILLISECONDS[Math.min(failures++, PAUSES_MILLISECONDS.length - 1)], undefined, {
      signal,
    }).catch(() => undefined);
  }
}

/** One connection, to its end; whether it ended otherwise than by its time. */
async function oneWatch<T>(
  watch: InstanceType<Cluster['library']['Watch']>,
  path: string,
  query: Record<string, string | number | boolean>,
  heard: (phase: string, item: T) => void,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    let request: AbortController | undefined;
    const leave = (): void => request?.abort();
    const done = (error: unknown): void => {
      signal.removeEventListener('abort', leave);
      resolve(error !== null && error !== undefined);
    };
    signal.addEventListener('abort', leave, { once: true });
    watch.watch(path, query, heard, done).then((controller) => {
      request = controller;
      if (signal.aborted) leave();
    }, done);
  });
}
