import { SpiceLabError } from '../../src/errors/index.ts';
import type { Store, StoredObject } from '../../src/store.ts';
import { checkAfter, checkKey, checkPrefix } from '../../src/stores/keys.ts';

/** A store in memory that a test can fill, tear and look into. */
export class MemoryStore implements Store {
  readonly location = 'memory';
  readonly objects = new Map<string, Uint8Array>();
  /** Writes that still succeed; afterwards the disk is full. */
  room = Number.POSITIVE_INFINITY;

  async read(key: string): Promise<Uint8Array | undefined> {
    checkKey(key);
    return this.objects.get(key);
  }

  async writeOnce(key: string, bytes: Uint8Array): Promise<boolean> {
    checkKey(key);
    if (this.objects.has(key)) return false;
    if (this.room-- <= 0)
      throw new SpiceLabError('STORE_FULL', 'there is no space left in memory', {
        remedy: 'Make room, then continue with `spicelab resume`.',
      });
    this.objects.set(key, bytes);
    return true;
  }

  async has(key: string): Promise<boolean> {
    checkKey(key);
    return this.objects.has(key);
  }

  async *list(prefix: string, after = ''): AsyncIterable<StoredObject> {
    checkPrefix(prefix);
    checkAfter(after);
    for (const key of this.keys(prefix).filter((name) => name > after))
      yield { key, size: this.objects.get(key)?.length ?? 0 };
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    this.objects.delete(key);
  }

  /** The same objects in a store of their own, as a killed coordinator would leave them. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
    for (const [key, bytes] of this.objects) copy.objects.set(key, bytes);
    return copy;
  }

  keys(prefix = ''): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}
