import type { Expression } from '../../expression/index.ts';
import type { Draw, DrawSite, SiteValue } from '../circuit-values.ts';
import type { FlatInstance } from '../elaborate.ts';

/** A call of a statistical function in one evaluation of one text. */
export interface DrawCall extends Omit<Draw, 'index'> {}

/** What becomes of statistical calls. */
export interface Drawing {
  /** The value of a call. */
  draw(call: DrawCall): Expression;
  /** A site was expanded, and drew or would have drawn in another copy. */
  expanded(value: SiteValue): void;
}

type Variable = { readonly kind: 'variable'; index: number };

/** Draws of a circuit, which get their numbers when all are known: in the order of the instances, then of the deck. */
export interface Drawings extends Drawing {
  /** What `run` gives if it makes no draw of its own, else `undefined`. */
  sealed<T>(run: () => T): T | undefined;
  finish(
    firstDraw: number,
    orderOf: (instance: FlatInstance | undefined) => number,
  ): {
    readonly draws: readonly Draw[];
    readonly sites: readonly SiteValue[];
  };
}

export function createDrawings(): Drawings {
  const calls: { readonly call: DrawCall; readonly variable: Variable }[] = [];
  const sites: SiteValue[] = [];
  let isSealed = false;
  return {
    draw(call) {
      if (isSealed) throw new Sealed();
      const variable: Variable = { kind: 'variable', index: calls.length };
      calls.push({ call, variable });
      return variable;
    },
    expanded(value) {
      sites.push(value);
    },
    sealed(run) {
      isSealed = true;
      try {
        return run();
      } catch (thrown) {
        if (thrown instanceof Sealed) return undefined;
        throw thrown;
      } finally {
        isSealed = false;
      }
    },
    finish(firstDraw, orderOf) {
      const inOrder = calls.toSorted(
        (a, b) =>
          orderOf(a.call.instance) - orderOf(b.call.instance) ||
          compareSites(a.call.site, b.call.site) ||
          a.variable.index - b.variable.index,
      );
      const draws = inOrder.map(({ call, variable }, k) => {
        variable.index = firstDraw + k;
        return { ...call, index: variable.index };
      });
      return { draws, sites };
    },
  };
}

/** Ends an evaluation that may not draw. */
class Sealed extends Error {}

const compareSites = (a: DrawSite, b: DrawSite): number => a.line - b.line || a.start - b.start;
