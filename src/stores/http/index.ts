import { SpiceLabError } from '../../errors/index.ts';
import type { Store, StoredObject } from '../../store.ts';
import { type KeyPrefix, keyPrefix } from '../common/location.ts';
import { isSame } from '../common/same.ts';
import { checkAfter, checkKey, checkPrefix } from '../keys.ts';
import type { StoreKind } from '../kind.ts';
import { Requests } from './requests.ts';
import { TOKEN } from './token.ts';
import { contentDigest, type Page, pageSchema } from './wire.ts';

/** What `spicelab serve` serves, from any machine. */
export const http: StoreKind = {
  name: 'http',
  form: 'http://host:port/prefix',
  holds: (location) => /^https?:\/\//i.test(location),
  open: async (location) => openHttpStore(location),
};

/** For a server that is reached by another way than its address. */
export interface Guise {
  /** Instead of the environment's. */
  readonly token?: string | undefined;
  /** As the user knows it. */
  readonly shown?: string | undefined;
}

/**
 * A store behind `spicelab serve`. The token is in the environment (SPICELAB_STORE_TOKEN, or the file that
 * SPICELAB_STORE_TOKEN_FILE names), never in the location, which is shown and recorded. Nothing is asked of the server yet.
 * @throws SpiceLabError OPTION_INVALID for a location with a password, a query, or what could be no prefix of keys
 */
export function openHttpStore(location: string, guise: Guise = {}): Store {
  let url: URL;
  try {
    url = new URL(location);
  } catch (cause) {
    throw new SpiceLabError('OPTION_INVALID', `nothing can be stored at '${location}'`, {
      cause,
      remedy: 'An address such as http://host:8080/rc is wanted.',
    });
  }
  if (url.username || url.password)
    throw new SpiceLabError('OPTION_INVALID', `the location of a store holds no user or password`, {
      remedy: `Set ${TOKEN} instead, and give ${url.protocol}//${url.host}${url.pathname}.`,
    });
  if (url.search || url.hash)
    throw new SpiceLabError('OPTION_INVALID', 'the location of a store ends with its path', {
      remedy: `Give ${url.protocol}//${url.host}${url.pathname}.`,
    });
  return new HttpStore(url, keyPrefix(location, url.pathname), guise);
}

class HttpStore implements Store {
  readonly location: string;
  readonly #prefix: KeyPrefix;
  readonly #requests: Requests;

  constructor(url: URL, prefix: KeyPrefix, { token, shown }: Guise) {
    this.location = shown ?? `${url.origin}/${prefix}`.replace(/\/$/, '');
    this.#prefix = prefix;
    this.#requests = new Requests(url.origin, this.location, token);
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    checkKey(key);
    const { status, bytes } = await this.#requests.send(
      { method: 'GET', path: this.#path(key), doing: `read ${key}` },
      [200, 404],
    );
    return status === 404 ? undefined : bytes;
  }

  async writeOnce(key: string, bytes: Uint8Array): Promise<boolean> {
    checkKey(key);
    const headers = { 'if-none-match': '*', 'content-digest': contentDigest(bytes) };
    const { status, again } = await this.#requests.send(
      { method: 'PUT', path: this.#path(key), headers, body: bytes, doing: `write ${key}` },
      [201, 412],
    );
    if (status === 201) return true;
    return again && isSame(await this.read(key), bytes);
  }

  async has(key: string): Promise<boolean> {
    checkKey(key);
    const { status } = await this.#requests.send(
      { method: 'HEAD', path: this.#path(key), doing: `look for ${key}` },
      [200, 404],
    );
    return status === 200;
  }

  async *list(prefix: string, after = ''): AsyncGenerator<StoredObject> {
    checkPrefix(prefix);
    checkAfter(after);
    const cut = this.#prefix.length;
    let from: string | undefined = after === '' ? '' : this.#prefix + after;
    while (from !== undefined) {
      const page = await this.#page(this.#prefix + prefix, from);
      for (const { key, size } of page.objects) yield { key: key.slice(cut), size };
      from = page.next;
    }
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    await this.#requests.send({ method: 'DELETE', path: this.#path(key), doing: `delete ${key}` }, [204]);
  }

  async #page(prefix: string, after: string): Promise<Page> {
    const query = new URLSearchParams({ prefix, after });
    const { bytes } = await this.#requests.send(
      { method: 'GET', path: `/?${query}`, doing: 'list what is stored' },
      [200],
    );
    try {
      return pageSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch (cause) {
      throw new SpiceLabError('STORE_FAILED', `${this.location} answers with a list that cannot be read`, {
        cause,
        remedy: 'See whether both sides are of one release of spicelab.',
      });
    }
  }

  /** Characters of keys need no escaping. */
  #path(key: string): string {
    return `/${this.#prefix}${key}`;
  }
}
