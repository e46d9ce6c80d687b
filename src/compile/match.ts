import type { Place } from '../errors/index.ts';
import type { Assignment } from '../plan/index.ts';
import type { DrawClass } from './types.ts';

/** A stretch of a deck line that is replaced by a value; where it is empty, `prefix` and the value are inserted. */
export interface SlotPlace {
  /** Index into the deck's lines; -1: a line of its own is added at the end. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Constant text before the value, such as ` delvto=`. */
  readonly prefix: string;
  /** What stands there with the deck as it is. */
  readonly nominal: string;
}

type WithoutValue<A> = A extends unknown ? Omit<A, 'value' | 'covered'> : never;
/** An assignment that waits for its value. */
export type OpenAssignment = WithoutValue<Assignment>;

export type MatchKind =
  | 'parameter'
  | 'instance'
  | 'subcircuit parameter'
  | 'model parameter'
  | 'temperature'
  | 'draw';

/** A top-level `.param`, a parameter handed to a subcircuit instance, or draws of the deck itself by their keys. */
export type Opening =
  | { readonly parameter: string }
  | { readonly instance: string; readonly parameter: string }
  | { readonly draws: readonly string[]; readonly sets: 'value' | 'number drawn' };

/** What a target means in one circuit. */
export interface Match {
  /** The same thing has the same key, however the target was spelled. */
  readonly key: string;
  /** The variable's name where a wildcard made it. */
  readonly name: string;
  readonly kind: MatchKind;
  readonly unit: string;
  /** The deck's own value; `undefined` where it is not known. */
  readonly nominal: number | undefined;
  /** Places in the text that set it; empty where the text cannot. */
  readonly slots: readonly SlotPlace[];
  /** Assignments that set it; empty where a loaded simulator cannot be told. */
  readonly assignments: readonly OpenAssignment[];
  /** What the circuit is evaluated with, for what is neither a device's own nor a model's. */
  readonly opens?: Opening | undefined;
  /** Of a draw. */
  readonly class?: DrawClass | undefined;
  /** Why it is set as it is: for `--explain`. */
  readonly why: string;
  readonly place: Place | undefined;
}
