import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoredObject } from '../../src/store.ts';

/** An empty place that a store can be opened on, more than once. */
export interface StorePlace {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined): string | undefined =>
  found === undefined ? undefined : new TextDecoder().decode(found);

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const keysOf = (objects: readonly StoredObject[]): string[] => objects.map(({ key }) => key);

const REFUSED_KEYS = [
  '',
  '/',
  'a/',
  '/a',
  'a//b',
  '.',
  '..',
  '../a',
  'a/../b',
  './a',
  'a\\b',
  'a b',
  'a\u0000b',
  'ä',
  'a~1',
  'a:b',
  'a'.repeat(2000),
];

/** What every store has to hold; run it with `storeConformance('mine', async () => ({ open, remove }))`. */
export function storeConformance(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`store ${name}`, () => {
    let place: StorePlace;
    let store: Store;

    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
    });

    afterEach(() => place.remove());

    it('gives back what was written, also to another reader', async () => {
      const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256);
      expect(await store.writeOnce('plans/a.json', content)).toBe(true);
      const other = await place.open();
      for (const reader of [store, other]) {
        expect(Buffer.compare((await reader.read('plans/a.json'))!, content)).toBe(0);
        expect(await reader.has('plans/a.json')).toBe(true);
      }
    });

    it('takes an object without bytes', async () => {
      expect(await store.writeOnce('empty', new Uint8Array())).toBe(true);
      expect((await store.read('empty'))?.length).toBe(0);
      expect(await collect(store.list(''))).toEqual([{ key: 'empty', size: 0 }]);
    });

    it('has nothing that was not written', async () => {
      await store.writeOnce('a/b', bytes('x'));
      for (const key of ['nothing', 'a', 'a/c', 'a/b/c', 'x/y/z']) {
        expect(await store.read(key)).toBeUndefined();
        expect(await store.has(key)).toBe(false);
        await store.delete(key);
      }
      expect(text(await store.read('a/b'))).toBe('x');
    });

    it('never changes what is there', async () => {
      expect(await store.writeOnce('k', bytes('first'))).toBe(true);
      expect(await store.writeOnce('k', bytes('second'))).toBe(false);
      expect(text(await store.read('k'))).toBe('first');
    });

    it('lets one of many writers of a key win, and shows no mixture', async () => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => place.open()));
      for (let round = 0; round < 10; round++) {
        const key = `race/${round}`;
        const won = await Promise.all(
          stores.map((writer, i) => writer.writeOnce(key, bytes(`${i}`.repeat(50_000)))),
        );
        const winner = won.indexOf(true);
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(text(await store.read(key))).toBe(`${winner}`.repeat(50_000));
      }
      expect(await collect(store.list('race/'))).toHaveLength(10);
    });

    it('shows an object all or not at all while it is being written', async () => {
      const content = new Uint8Array(4 * 2 ** 20).fill(7);
      let writing = true;
      const written = store.writeOnce('large', content).finally(() => {
        writing = false;
      });
      const sizes = new Set<number | undefined>();
      while (writing) {
        sizes.add((await store.read('large'))?.length);
        for (const { size } of await collect(store.list(''))) sizes.add(size);
      }
      await written;
      sizes.delete(undefined);
      sizes.delete(content.length);
      expect([...sizes]).toEqual([]);
    });

    it('deletes an object and takes it again', async () => {
      await store.writeOnce('k', bytes('one'));
      await store.delete('k');
      expect(await store.has('k')).toBe(false);
      expect(await store.writeOnce('k', bytes('two'))).toBe(true);
      expect(text(await store.read('k'))).toBe('two');
    });

    it('lists by prefix, in the order of the keys, with sizes', async () => {
      const keys = ['a', 'b/1', 'b/10', 'b/2', 'b-1', 'b.x', 'b0', 'b/c/d', 'B', 'c/_', 'c/a', 'c/Z'];
      for (const key of keys) await store.writeOnce(key, bytes(key));
      const sorted = [...keys].sort((x, y) => (x < y ? -1 : 1));
      expect(await collect(store.list(''))).toEqual(sorted.map((key) => ({ key, size: key.length })));
      for (const prefix of ['b', 'b/', 'b/1', 'b/c/', 'c/', 'nothing', 'nothing/', 'a'])
        expect(keysOf(await collect(store.list(prefix)))).toEqual(
          sorted.filter((key) => key.startsWith(prefix)),
        );
    });

    it('lists what comes after a key, or after a folder', async () => {
      const keys = ['a/1', 'a/2', 'a/b/1', 'a-', 'a0', 'b', 'c/1'].sort((x, y) => (x < y ? -1 : 1));
      for (const key of keys) await store.writeOnce(key, bytes(key));
      for (const after of ['', 'a/1', 'a/~', 'a/b/~', 'a/x', 'b', 'c/~'])
        expect(keysOf(await collect(store.list('', after))), after).toEqual(
          keys.filter((key) => key > after),
        );
      expect(keysOf(await collect(store.list('a/', 'a/1')))).toEqual(['a/2', 'a/b/1']);
      expect(keysOf(await collect(store.list('b', 'c')))).toEqual([]);
    });

    it('takes many writes at once, and lists more objects than a page holds', {
      timeout: 300_000,
    }, async () => {
      const keys = Array.from({ length: 1_203 }, (_, i) => `parts/${String(i).padStart(6, '0')}.parquet`);
      const left = [...keys];
      const writer = async (): Promise<void> => {
        for (let key = left.pop(); key !== undefined; key = left.pop())
          expect(await store.writeOnce(key, bytes(key))).toBe(true);
      };
      await Promise.all(Array.from({ length: 16 }, writer));
      expect(keysOf(await collect(store.list('parts/')))).toEqual(keys);
      expect(keysOf(await collect(store.list('parts/', keys[999])))).toEqual(keys.slice(1000));
    });

    it('stops listing when nobody reads on', async () => {
      for (const key of ['a', 'b', 'c']) await store.writeOnce(key, bytes(key));
      for await (const { key } of store.list('')) {
        expect(key).toBe('a');
        break;
      }
    });

    it.each(REFUSED_KEYS.map((key) => [JSON.stringify(key.slice(0, 40)), key]))(
      'refuses the key %s',
      async (_, key) => {
        for (const action of [
          () => store.read(key),
          () => store.writeOnce(key, bytes('x')),
          () => store.has(key),
          () => store.delete(key),
        ])
          await expect(action()).rejects.toMatchObject({ name: 'SpiceLabError' });
      },
    );

    it.each(['../', 'a/../', '/', 'a//', 'a b'])('refuses the prefix %j', async (prefix) => {
      await expect((async () => collect(store.list(prefix)))()).rejects.toMatchObject({
        name: 'SpiceLabError',
      });
    });

    it.each(['../', '/', 'a b', 'a~'])('refuses to list after %j', async (after) => {
      await expect((async () => collect(store.list('', after)))()).rejects.toMatchObject({
        name: 'SpiceLabError',
      });
    });

    it('takes every character that a key may have', async () => {
      const key = 'ABCxyz019._-/...x/-a/_.b';
      await store.writeOnce(key, bytes('x'));
      expect(keysOf(await collect(store.list('')))).toEqual([key]);
    });
  });
}
