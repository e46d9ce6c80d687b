import type { Store } from '../store.ts';

/** Objects that are on their way at once: a store that is far away answers many as quickly as one. */
const AT_A_TIME = 16;

/**
 * Objects in the order of their entries, each with its entry; `undefined` for one that is gone. Some are asked for ahead, so a
 * reader that works on one waits less for the next; at most sixteen are in memory.
 * @throws SpiceLabError what the store throws
 */
export async function* readAhead<Entry extends { readonly key: string }>(
  store: Store,
  entries: readonly Entry[],
): AsyncGenerator<readonly [Entry, Uint8Array | undefined]> {
  const coming: Promise<Uint8Array | undefined>[] = [];
  let asked = 0;
  for (const entry of entries) {
    while (asked < entries.length && coming.length < AT_A_TIME) {
      const reading = store.read(entries[asked++]!.key);
      // a reader that stops early hears of no failure
      reading.catch(() => undefined);
      coming.push(reading);
    }
    yield [entry, await coming.shift()!];
  }
}
