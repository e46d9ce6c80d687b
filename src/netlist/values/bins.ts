import type { ModelCard } from '../cards.ts';

/** Metres by which the simulator's own comparison is not exact. */
const SLACK = 2e-9;

/** Length and width of a transistor in metres. */
export interface Geometry {
  readonly l: number;
  readonly w: number;
  /** Fingers: some models take the width of one for the bin. */
  readonly nf: number;
}

type Limit = 'lmin' | 'lmax' | 'wmin' | 'wmax';

/** The bins that a geometry may select: one where it is well inside of it. */
export function binsFor(
  cards: readonly ModelCard[],
  geometry: Geometry | undefined,
  limitOf: (card: ModelCard, limit: Limit) => number | undefined,
): readonly ModelCard[] {
  if (!geometry) return cards;
  const { l, w, nf } = geometry;
  const widths = nf === 1 ? [w] : [w, w / nf];
  const found = new Set<ModelCard>();
  for (const width of widths) {
    for (const card of cards) {
      const [lmin, lmax, wmin, wmax] = (['lmin', 'lmax', 'wmin', 'wmax'] as const).map((limit) =>
        limitOf(card, limit),
      );
      // a bin without limits may be anything
      if (lmin === undefined || lmax === undefined || wmin === undefined || wmax === undefined)
        found.add(card);
      else if (l > lmin - SLACK && l < lmax + SLACK && width > wmin - SLACK && width < wmax + SLACK)
        found.add(card);
    }
  }
  return found.size > 0 ? [...found] : cards;
}
