/**
 * The values of a stream: all of them up to a capacity, beyond it an evenly spread part. Which part is a function of the
 * values' positions alone, so the same stream leaves the same values.
 */
export class ThinnedSample {
  /** Values offered so far. */
  offered = 0;
  private values = new Float64Array(64);
  private keys = new Uint32Array(64);
  private size = 0;
  /** A value stays while the low bits of its key that this mask selects are zero. */
  private mask = 0;

  constructor(private readonly capacity: number) {}

  add(value: number): void {
    const key = scramble(this.offered++);
    if ((key & this.mask) !== 0) return;
    if (this.size === this.values.length) this.makeRoom();
    if ((key & this.mask) !== 0) return;
    this.values[this.size] = value;
    this.keys[this.size++] = key;
  }

  /** Whether every value offered is still here. */
  get complete(): boolean {
    return this.mask === 0;
  }

  /** What is kept, ascending. */
  sorted(): Float64Array {
    return this.values.slice(0, this.size).sort();
  }

  /** Forgets the values, to give their memory back. */
  release(): void {
    this.values = new Float64Array(0);
    this.keys = new Uint32Array(0);
    this.size = 0;
  }

  private makeRoom(): void {
    if (this.size < this.capacity) {
      const length = Math.min(this.capacity, 2 * this.size);
      const [values, keys] = [this.values, this.keys];
      this.values = new Float64Array(length);
      this.values.set(values);
      this.keys = new Uint32Array(length);
      this.keys.set(keys);
      return;
    }
    while (this.size === this.capacity) this.halve();
  }

  private halve(): void {
    this.mask = this.mask * 2 + 1;
    let kept = 0;
    for (let i = 0; i < this.size; i++) {
      if ((this.keys[i]! & this.mask) !== 0) continue;
      this.values[kept] = this.values[i]!;
      this.keys[kept++] = this.keys[i]!;
    }
    this.size = kept;
  }
}

/** A bijection of 32-bit words that leaves no pattern of the positions in the low bits (finaliser of MurmurHash3, Appleby). */
function scramble(position: number): number {
  let word = position >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
