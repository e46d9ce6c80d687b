import type { Expression } from '../expression/index.ts';
import type { Scope } from './cards.ts';
import type { DeckWarning } from './classify.ts';
import type { FlatInstance, FlatModel } from './elaborate.ts';
import type { ParameterText, Span } from './tokens.ts';
import type { BinBeside } from './values/bins.ts';

/** What a study sets: stands as an expression over `$k` where the deck has a value of its own. */
export interface OpenTargets {
  /** Top-level `.param`s by lower-case name. */
  readonly parameters: ReadonlyMap<string, Expression>;
  /** Parameters handed to subcircuit instances, by the instance's name (`x1.xm1`), then the parameter's. */
  readonly instances: ReadonlyMap<string, ReadonlyMap<string, Expression>>;
  /** Degrees Celsius; the deck's own where absent. */
  readonly temperature?: Expression | undefined;
}

/**
 * The smallest stretch of a deck's own text whose expansion draws: a direct call, the name of a statistical `.param` where
 * it is used, or a call of a `.func` that draws. Never inside a `.func` body or the definition of a statistical `.param`.
 */
export interface DrawSite {
  /** Whose text it stands in; a default of a `.subckt` line belongs to the subcircuit. */
  readonly scope: Scope;
  /** Index into the deck's lines; `start` and `end` are positions in the line's text. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** `header`: a default of a `.subckt` line, which an X line may override. */
  readonly place: 'body' | 'header';
}

/** One random number that the simulator would draw when it loads the circuit. */
export interface Draw {
  /** It stands in expressions as `$index`. */
  readonly index: number;
  /** Lower-case name of the statistical function: `agauss`. */
  readonly call: string;
  /** The call's arguments in the order of the deck: numbers, or expressions over open targets and other draws. */
  readonly args: readonly Expression[];
  /** Statistical `.param` that it comes from (`mis_vth`), else the device and parameter or the parameter that it is written into (`r1`, `m0[w]`). */
  readonly name: string;
  /** Whether that `.param` is defined at the top level of the deck. */
  readonly global: boolean;
  /** Subcircuit instance inside of which it is drawn; `undefined` at the top level. */
  readonly instance: FlatInstance | undefined;
  readonly site: DrawSite;
}

/** What stands at a site in one copy of its scope. */
export interface SiteValue {
  readonly site: DrawSite;
  readonly instance: FlatInstance | undefined;
  readonly value: Expression;
}

/** A parameter of the flattened circuit that is not a plain number: its expression over `$k`. */
export type Residual =
  | {
      readonly kind: 'instance';
      readonly instance: FlatInstance;
      /**
       * A `name=value` of its line, or where on the line its plain value or a number of its source function stands; `word` is
       * the index of the word that it is or is part of.
       */
      readonly written: ParameterText | (Span & { readonly word: number });
      readonly value: Expression;
    }
  | {
      readonly kind: 'model';
      readonly model: FlatModel;
      readonly written: ParameterText;
      readonly value: Expression;
    }
  /** Another line that reads it (`.ic`, `.nodeset`, `.options`, `.if`, a behavioural source, `m=` of an X line): only a load or a reset sets it. */
  | { readonly kind: 'text'; readonly line: number; readonly what: string; readonly value: Expression };

/** The flattened circuit's parameters, as far as they can be computed before a sample is known. */
export interface CircuitValues {
  readonly draws: readonly Draw[];
  readonly sites: readonly SiteValue[];
  readonly residuals: readonly Residual[];
  /** Where the simulator itself reads a name in another way. */
  readonly notices: readonly DeckWarning[];
  /** The value of a text on the line of an instance (of the top level where absent); `undefined` where it cannot be known. */
  value(text: string, instance?: FlatInstance): Expression | undefined;
  /** The model cards that an instance may select: one where its geometry is constant and well inside a bin. */
  cardsOf(instance: FlatInstance): readonly FlatModel[];
  /** Bins that an instance with one card of `cardsOf` fits as well: some versions of the simulator take the last of them. */
  besideOf(instance: FlatInstance): readonly BinBeside[];
}
