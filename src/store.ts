/** One object as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Where plans, parts and run records live. Keys are `/`-separated relative names of `[A-Za-z0-9._-]` segments; every verb
 * refuses other keys with a `SpiceLabError` (`checkKey` and `checkPrefix` of `stores/keys.ts` say which).
 * Everything is written once: nothing that was written changes, so that any number of readers and writers may meet.
 */
export interface Store {
  /** For messages: a folder, `s3://bucket/prefix`. */
  readonly location: string;
  /** The whole object; `undefined` where there is none. */
  read(key: string): Promise<Uint8Array | undefined>;
  /**
   * Writes an object that is not there yet: all of it or nothing, also when the process dies half way.
   * `false` when the key was there already; what was there stays.
   */
  writeOnce(key: string, bytes: Uint8Array): Promise<boolean>;
  has(key: string): Promise<boolean>;
  /**
   * Every object whose key begins with the prefix ('' for all, or half a segment), in the order of the keys (code points).
   * Pages are asked for as they are read. `after` leaves out what comes up to it: a key, or the end of a folder (`a/~`).
   */
  list(prefix: string, after?: string): AsyncIterable<StoredObject>;
  /** Nothing happens where there is no such object. */
  delete(key: string): Promise<void>;
}
