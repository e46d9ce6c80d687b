/** What may pass when it is tried again: a connection that was cut, a server that is busy or starts anew. */
export class PassingFault extends Error {
  /** Seconds that the server asked to wait. */
  readonly wait: number | undefined;

  constructor(
    message: string,
    details: { readonly wait?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'PassingFault';
    this.wait = details.wait;
  }
}

const FIRST_WAIT = 0.1;
const LONGEST_WAIT = 10;
/** Seconds after which no further attempt begins: while nothing was ever heard from the server, and once it has answered. */
const PATIENCE = { unknown: 5, known: 120 };

/** Tries again, for long with a server that has answered before, and not for long with one that may not even be there. */
export class Retries {
  #known = false;

  get known(): boolean {
    return this.#known;
  }

  /** The server has answered, whatever it said. */
  heard(): void {
    this.#known = true;
  }

  /**
   * Tries until it succeeds, fails for good, or patience is at its end. Waits double from a tenth of a second up to ten
   * seconds and are cut at random ("full jitter", Brooker, Exponential Backoff And Jitter, 2015), so that many workers do not
   * come at once.
   * @param attempt told how many attempts came before it
   * @throws what the last attempt threw
   */
  async run<T>(attempt: (earlier: number) => Promise<T>): Promise<T> {
    const began = performance.now();
    for (let earlier = 0; ; earlier++) {
      try {
        return await attempt(earlier);
      } catch (thrown) {
        const spent = (performance.now() - began) / 1000;
        const patience = this.#known ? PATIENCE.known : PATIENCE.unknown;
        if (!(thrown instanceof PassingFault) || spent >= patience) throw thrown;
        const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** earlier);
        const wait = Math.max(thrown.wait ?? 0, Math.random() * most);
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      }
    }
  }
}
