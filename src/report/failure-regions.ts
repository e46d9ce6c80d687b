import type { ImportanceSampling } from '../plan/importance.ts';
import type { Plan } from '../plan/schema.ts';
import { scoreSpace } from '../plan/score-space.ts';
import { tailBeyond } from '../stats/failure.ts';
import type { FailureRegion } from './answers.ts';

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
  private readonly places: Place[];
  private readonly other = { rows: 0, weight: 0 };

  constructor(plan: Plan, sampling: ImportanceSampling) {
    const { coordinates } = scoreSpace(plan);
    this.places = sampling.shifts.flatMap(({ shift }) => {
      const mean = Float64Array.from(
        coordinates,
        ({ index }) => shift.find(({ variable }) => variable === index)?.by ?? 0,
      );
      const distance = Math.sqrt(mean.reduce((sum, by) => sum + by * by, 0));
      return distance > 0 ? [{ mean, distance, rows: 0, weight: 0 }] : [];
    });
  }

  /** A row belongs to the direction it goes farthest along; it is outside when that is not even half way to the region. */
  add(scores: Float64Array, weight: number): void {
    let best: Place | undefined;
    let farthest = 0.5;
    for (const place of this.places) {
      const along = place.mean.reduce((sum, by, k) => sum + by * scores[k]!, 0) / place.distance ** 2;
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
