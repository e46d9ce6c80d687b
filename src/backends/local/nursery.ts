const MOST_DEATHS = 3;
const BACKOFF_MILLISECONDS = 200;

/** Counts workers that die before they have loaded a plan, and makes the next ones wait. */
export class Nursery {
  #deaths = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #retry: () => void;

  /** @param retry called when the wait is over */
  constructor(retry: () => void) {
    this.#retry = retry;
  }

  get waiting(): boolean {
    return this.#timer !== undefined;
  }

  /** A worker has loaded its plan. */
  thrives(): void {
    this.#deaths = 0;
  }

  /** One has died instead; `true` when it was one too many in a row, after which the count begins anew. */
  died(): boolean {
    this.#deaths++;
    if (this.#deaths >= MOST_DEATHS) {
      this.#deaths = 0;
      return true;
    }
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#retry();
      },
      BACKOFF_MILLISECONDS * 2 ** (this.#deaths - 1),
    );
    return false;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
