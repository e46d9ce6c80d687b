/** Bytes that are in memory on their way, so that many writers at once do not fill it. */
export class InFlight {
  #bytes = 0;

  constructor(
    /** Bytes of one object; twice as many may be on their way in all. */
    readonly mostBytes: number,
  ) {}

  /** Whether there is room for so many more. One object is always let through. */
  hasRoom(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= 2 * this.mostBytes;
  }

  /** @returns what gives the room back, once */
  take(bytes: number): () => void {
    this.#bytes += bytes;
    let taken = bytes;
    return () => {
      this.#bytes -= taken;
      taken = 0;
    };
  }
}
