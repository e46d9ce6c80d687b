import { SpiceLabError } from '../errors/index.ts';
import { uniformSource } from '../plan/uniform-source.ts';
import type { DesignRange, DesignVariable } from '../study/schema.ts';

/** How a sampler sees a design variable: a number from 0 to 1, or the position of one of `count` values. */
export interface Dimension {
  readonly kind: 'continuous' | 'ordered' | 'choice';
  /** 0 for a continuous one. */
  readonly count: number;
}

/** One coordinate per design variable, as `Dimension` says. */
export type Point = readonly number[];

/** Whole numbers up to so many are counted one by one; more are as good as continuous and rounded. */
const MOST_COUNTED = 10_000;
/** Share of a range by which a value may lie beyond it and still be its end. */
const SLACK = 1e-9;

/** The designs that may be chosen. */
export class Space {
  readonly dimensions: readonly Dimension[];
  readonly #design: readonly DesignVariable[];

  constructor(design: readonly DesignVariable[]) {
    this.#design = design;
    this.dimensions = design.map(({ range }) => dimensionOf(range));
  }

  /** How many designs there are; infinite where something is continuous. */
  get size(): number {
    return this.dimensions.reduce(
      (product, { kind, count }) => product * (kind === 'continuous' ? Number.POSITIVE_INFINITY : count),
      1,
    );
  }

  /** Values of the design variables at a point, in the deck's units. */
  valuesAt(point: Point): number[] {
    return this.#design.map(({ range }, k) => valueAt(range, point[k]!));
  }

  /** The point of a design: on a grid the nearest. @throws SpiceLabError STUDY_INVALID for one that lies outside */
  pointOf(values: readonly number[]): number[] {
    return this.#design.map(({ name, range }, k) => {
      const coordinate = coordinateOf(range, values[k]!);
      if (coordinate !== undefined) return coordinate;
      throw new SpiceLabError('STUDY_INVALID', `${name} = ${values[k]} lies outside its range`, {
        remedy: 'Widen the range, or start elsewhere.',
      });
    });
  }

  /** Point `index` of a sequence that fills the space: pseudo-random, or scrambled Sobol points. */
  fill(method: 'random' | 'sobol', seed: number): (index: number) => number[] {
    const sampling =
      method === 'random' ? ({ method, seed } as const) : ({ method, seed, replicates: 1 } as const);
    const sources = this.#design.map(({ name }, k) => uniformSource(sampling, `design ${name}`, k));
    return (index) =>
      this.dimensions.map(({ kind, count }, k) => {
        const uniform = sources[k]!(index);
        return kind === 'continuous' ? uniform : Math.min(count - 1, Math.floor(uniform * count));
      });
  }
}

function dimensionOf(range: DesignRange): Dimension {
  switch (range.kind) {
    case 'continuous':
      return { kind: 'continuous', count: 0 };
    case 'integer': {
      const count = range.high - range.low + 1;
      return range.log || count > MOST_COUNTED
        ? { kind: 'continuous', count: 0 }
        : { kind: 'ordered', count };
    }
    case 'grid':
      return { kind: 'ordered', count: range.values.length };
    case 'choice':
      return { kind: 'choice', count: range.values.length };
  }
}

function valueAt(range: DesignRange, coordinate: number): number {
  switch (range.kind) {
    case 'continuous':
      return between(range, coordinate);
    case 'integer': {
      if (dimensionOf(range).kind === 'ordered') return range.low + coordinate;
      // half a step beyond either end, so that the ends are as likely as what lies between
      const wide = { ...range, low: range.low - 0.5, high: range.high + 0.5 };
      return Math.min(range.high, Math.max(range.low, Math.round(between(wide, coordinate))));
    }
    default:
      return range.values[coordinate]!;
  }
}

interface Ends {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

function between({ low, high, log }: Ends, share: number): number {
  if (share <= 0) return low;
  if (share >= 1) return high;
  return log ? low * (high / low) ** share : low + (high - low) * share;
}

function coordinateOf(range: DesignRange, value: number): number | undefined {
  switch (range.kind) {
    case 'continuous':
      return shareOf(range, value);
    case 'integer': {
      const whole = Math.round(value);
      if (whole < range.low || whole > range.high) return undefined;
      if (dimensionOf(range).kind === 'ordered') return whole - range.low;
      return shareOf({ ...range, low: range.low - 0.5, high: range.high + 0.5 }, whole);
    }
    default: {
      const { values } = range;
      const [least, most] = [Math.min(...values), Math.max(...values)];
      const room = SLACK * (most - least) + (range.kind === 'grid' ? (values[1]! - values[0]!) / 2 : 0);
      if (!(value >= least - room && value <= most + room)) return undefined;
      return values.reduce(
        (best, candidate, i) => (Math.abs(candidate - value) < Math.abs(values[best]! - value) ? i : best),
        0,
      );
    }
  }
}

function shareOf({ low, high, log }: Ends, value: number): number | undefined {
  const room = SLACK * (high - low);
  if (!(value >= low - room && value <= high + room)) return undefined;
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, share));
}
