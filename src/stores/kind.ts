import type { Store } from '../store.ts';

/** A kind of place where runs can live. */
export interface StoreKind {
  readonly name: string;
  /** How its locations look, for messages: `s3://bucket/prefix`. */
  readonly form: string;
  /** Whether a location, as the user typed it, is of this kind. */
  holds(location: string): boolean;
  /** @throws SpiceLabError STORE_FAILED when the place cannot be used at all */
  open(location: string): Promise<Store>;
}
