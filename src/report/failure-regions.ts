import type { ImportanceSampling } from '../plan/importance.ts';
import type { Plan } from '../plan/schema.ts';
import { scoreSpace } from '../plan/score-space.ts';
import { tailBeyond } from '../stats/failure.ts';
import type { FailureRegion } from './answers.ts';

/** Cosine of the angle between shifts, above which they point to one region. */
const SAME_DIRECTION = 0.8;

/** A region's most probable point, in scores, and what fails around it. */
interface Place {
  readonly mean: Float64Array;
  readonly distance: number;
  rows: number;
  weight: number;
}

/** Failing rows that no region explains. */
export interface Outside {
  readonly rows: number;
  /** Of the estimated probability. */
  readonly share: number;
}

/** Deals failing rows to the regions that the plan's shifts point to. */
export class Regions {
  /** Nearest first; shifts in one direction, as of two limits of one measurement, are one. */
  private readonly places: Place[] = [];
  private readonly other = { rows: 0, weight: 0 };

  constructor(plan: Plan, sampling: ImportanceSampling) {
    const { coordinates } = scoreSpace(plan);
    const places = sampling.shifts.flatMap(({ shift }) => {
      const mean = Float64Array.from(
        coordinates,
        ({ index }) => shift.find(({ variable }) => variable === index)?.by ?? 0,
      );
      const distance = Math.sqrt(dot(mean, mean));
      return distance > 0 ? [{ mean, distance, rows: 0, weight: 0 }] : [];
    });
    places.sort((a, b) => a.distance - b.distance);
    for (const place of places)
      if (!this.places.some((nearer) => sameWay(place, nearer))) this.places.push(place);
  }

  /** A row belongs to the direction it goes farthest along; it is outside when that is not even half way to the region. */
  add(scores: Float64Array, weight: number): void {
    let best: Place | undefined;
    let farthest = 0.5;
    for (const place of this.places) {
      const along = dot(place.mean, scores) / place.distance ** 2;
      if (along < farthest) continue;
      farthest = along;
      best = place;
    }
    const to = best ?? this.other;
    to.rows++;
    to.weight += weight;
  }

  outside(): Outside {
    const total = this.places.reduce((sum, { weight }) => sum + weight, this.other.weight);
    return { rows: this.other.rows, share: total > 0 ? this.other.weight / total : 0 };
  }

  result(coordinates: readonly { readonly name: string }[]): FailureRegion[] {
    const total = this.places.reduce((sum, { weight }) => sum + weight, this.other.weight);
    return this.places.map(({ mean, distance, rows, weight }) => ({
      distance,
      tail: tailBeyond(distance),
      rows,
      share: total > 0 ? weight / total : 0,
      at: coordinates
        .flatMap(({ name }, k) => (mean[k] === 0 ? [] : [{ variable: name, sigmas: mean[k]! }]))
        .sort((a, b) => Math.abs(b.sigmas) - Math.abs(a.sigmas)),
    }));
  }
}

const sameWay = (a: Place, b: Place): boolean =>
  dot(a.mean, b.mean) > SAME_DIRECTION * a.distance * b.distance;

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}
