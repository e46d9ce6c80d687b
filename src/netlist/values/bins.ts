import type { ModelCard } from '../cards.ts';

/** Metres by which the simulator widens every bin (measured of 39.3 and 45.2). */
const SLACK = 1e-9;
/** Relative error of the simulator's own arithmetic, with room: closer to a limit, it is not known what it selects. */
const ROUNDING = 1e-6;

/** Length and width of a transistor in metres. Fingers do not count (measured of 39.3 and 45.2 without `ngbehavior`). */
export interface Geometry {
  readonly l: number;
  readonly w: number;
}

export type BinLimit = 'lmin' | 'lmax' | 'wmin' | 'wmax';

/** A bin that a device fits as well as the one that is taken, and where a limit of it would have to be for it not to. */
export interface BinBeside {
  readonly card: ModelCard;
  readonly limit: BinLimit;
  /** In metres. */
  readonly away: number;
}

/** What a geometry may select. */
export interface BinSelection {
  readonly cards: readonly ModelCard[];
  /** Where `cards` is one bin, but other versions of the simulator take another: 39.3 the first of the deck, 45.2 the last. */
  readonly beside: readonly BinBeside[];
}

/** The bins that a geometry may select: the first of the deck that it fits, where it certainly does or does not fit them. */
export function binsFor(
  cards: readonly ModelCard[],
  geometry: Geometry | undefined,
  limitOf: (card: ModelCard, limit: BinLimit) => number | undefined,
): BinSelection {
  if (!geometry) return { cards, beside: [] };
  const fitting: ModelCard[] = [];
  const unsure: ModelCard[] = [];
  const besides: BinBeside[] = [];
  for (const card of cards) {
    const fits = fitOf(card, geometry, limitOf);
    if (fits === 'unsure') unsure.push(card);
    if (typeof fits === 'string') continue;
    fitting.push(card);
    if (fitting.length > 1) besides.push({ card, ...fits });
  }
  if (unsure.length > 0)
    return { cards: cards.filter((card) => unsure.includes(card) || fitting.includes(card)), beside: [] };
  return fitting.length === 0 ? { cards, beside: [] } : { cards: fitting.slice(0, 1), beside: besides };
}

type Fit = 'no' | 'unsure' | Omit<BinBeside, 'card'>;

/** Whether a geometry fits a bin, and if so the limit that is nearest with a place for it from where it would not. */
function fitOf(
  card: ModelCard,
  geometry: Geometry,
  limitOf: (card: ModelCard, limit: BinLimit) => number | undefined,
): Fit {
  let nearest: Omit<BinBeside, 'card'> | undefined;
  let room = Number.POSITIVE_INFINITY;
  let unsure = false;
  for (const limit of ['lmin', 'lmax', 'wmin', 'wmax'] as const) {
    const at = limitOf(card, limit);
    // a bin without limits may be anything
    if (at === undefined) return 'unsure';
    const size = limit.startsWith('l') ? geometry.l : geometry.w;
    const sign = limit.endsWith('min') ? 1 : -1;
    const inside = sign * (size - at) + SLACK;
    const tolerance = ROUNDING * SLACK + 1e-12 * Math.abs(size);
    if (inside < -tolerance) return 'no';
    if (inside < tolerance) unsure = true;
    if (inside < room) {
      room = inside;
      nearest = { limit, away: size + sign * 3 * SLACK };
    }
  }
  return unsure || !nearest ? 'unsure' : nearest;
}
