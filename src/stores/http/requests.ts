import { SpiceLabError } from '../../errors/index.ts';
import { PassingFault, Retries } from '../common/retry.ts';
import { storeToken, TOKEN, TOKEN_FILE } from './token.ts';
import { ANSWERED_BY, contentDigest } from './wire.ts';

export interface StoreRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Without the origin, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** What is being done, for messages: `write plan.json`. */
  readonly doing: string;
}

export interface StoreAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Whether an attempt before this one may have come to effect although its answer was lost. */
  readonly again: boolean;
}

/** An attempt may take so long, and a second more for every so many bytes sent. */
const ATTEMPT_SECONDS = 60;
const LEAST_BYTES_PER_SECOND = 100_000;
const PASSING = new Set([408, 422, 425, 429, 500, 502, 503, 504]);

/** Sends requests to one server until it answers them. */
export class Requests {
  readonly #retries = new Retries();

  constructor(
    private readonly origin: string,
    /** As the user knows the store, for messages. */
    private readonly location: string,
    /** The environment's when absent. */
    private readonly token?: string | undefined,
  ) {}

  /**
   * @param accepts statuses that are answers
   * @throws SpiceLabError STORE_FAILED, STORE_FULL, STORE_UNUSABLE
   */
  async send(request: StoreRequest, accepts: readonly number[]): Promise<StoreAnswer> {
    try {
      return await this.#retries.run((earlier) => this.#attempt(request, accepts, earlier > 0));
    } catch (thrown) {
      if (!(thrown instanceof PassingFault)) throw thrown;
      throw this.#failed(request, thrown.message, {
        cause: thrown.cause,
        remedy: this.#retries.known
          ? 'See whether the server is up, then resume the run; what is finished is kept.'
          : 'See whether the address is right and `spicelab serve` is up there.',
      });
    }
  }

  async #attempt(request: StoreRequest, accepts: readonly number[], again: boolean): Promise<StoreAnswer> {
    const { method, path, headers, body } = request;
    const token = this.token ?? storeToken();
    const seconds = ATTEMPT_SECONDS + Math.ceil((body?.length ?? 0) / LEAST_BYTES_PER_SECOND);
    const signal = AbortSignal.timeout(seconds * 1000);
    let response: Response;
    let bytes: Uint8Array;
    try {
      response = await fetch(this.origin + path, {
        method,
        // what an ingress compresses is not what the digest is of
        headers: {
          'accept-encoding': 'identity',
          ...headers,
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        redirect: 'manual',
        signal,
        ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
      });
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      throw new PassingFault(whyOf(cause), { cause });
    }
    const { status } = response;
    if (!response.headers.has(ANSWERED_BY)) this.#refuseStranger(request, response);
    this.#retries.heard();
    const digest = response.headers.get('content-digest');
    if (digest && digest !== contentDigest(bytes))
      throw new PassingFault('its answer was changed on the way');
    if (accepts.includes(status)) return { status, headers: response.headers, bytes, again };
    throw this.#refusal(request, status, new TextDecoder().decode(bytes).trim(), response.headers);
  }

  /** What stands between: an ingress, a proxy, or another server altogether. */
  #refuseStranger(request: StoreRequest, { status, headers }: Response): never {
    if (PASSING.has(status) || status === 404)
      throw new PassingFault(`something between here and the store answers ${status}`, {
        wait: waitOf(headers),
      });
    const to = headers.get('location');
    throw this.#failed(request, `what answers there (with ${status}) is no store of spicelab`, {
      remedy: to
        ? `It redirects to ${to.split('?')[0]}: give that address, if it is yours.`
        : 'Give the address that `spicelab serve` told.',
    });
  }

  #refusal(request: StoreRequest, status: number, why: string, headers: Headers): Error {
    if (PASSING.has(status))
      return new PassingFault(why || `it answers ${status}`, { wait: waitOf(headers) });
    if (status === 507)
      return new SpiceLabError('STORE_FULL', `cannot ${request.doing} in ${this.location}: ${why}`, {
        remedy: 'Make room there and resume the run; what is finished is kept.',
      });
    if (status === 401)
      return new SpiceLabError('STORE_UNUSABLE', `${this.location} wants another token`, {
        remedy: `Set ${TOKEN}, or ${TOKEN_FILE} to a file that holds it: the token that the server was started with.`,
      });
    if (status === 413)
      return this.#failed(request, why, {
        remedy: 'Start `spicelab serve` there with a larger --max-object.',
      });
    return this.#failed(request, why || `it answers ${status}`, {
      remedy: 'See whether both sides are of one release of spicelab, and what the log of the server says.',
    });
  }

  #failed({ doing }: StoreRequest, why: string, details: { cause?: unknown; remedy: string }): SpiceLabError {
    return new SpiceLabError('STORE_FAILED', `cannot ${doing} in ${this.location}: ${why}`, details);
  }
}

function waitOf(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(seconds, 30) : undefined;
}

/** What went wrong on the wire: `fetch` itself says only that it failed. */
function whyOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'TimeoutError') return 'it does not answer in time';
  const { cause } = thrown;
  if (!(cause instanceof Error)) return thrown.message;
  return cause.message || ('code' in cause ? String(cause.code) : thrown.message);
}
