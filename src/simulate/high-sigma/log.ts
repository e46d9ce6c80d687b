import type { RayPoint } from './boundary.ts';
import { LOCAL_SPREAD } from './points.ts';
import { cosine, lengthOf } from './probable-point.ts';
import type { SearchOptions, Side } from './question.ts';
import { fitSurface, type Observation, type Scores, type Surface } from './surface.ts';

/** All that was simulated. */
export class Log {
  private readonly points: Scores[] = [];
  private readonly values: (readonly number[])[] = [];

  constructor(readonly options: SearchOptions) {}

  get simulations(): number {
    return this.points.length;
  }

  async simulate(points: readonly Scores[], stage: string): Promise<void> {
    this.values.push(...(await this.options.simulate(points, stage)));
    this.points.push(...points);
  }

  at(row: number): Scores {
    return this.points[row]!;
  }

  /** How far a point is beyond a limit, in the response's unit; negative within it. */
  beyond({ response, limit, sign }: Side, row: number): number {
    return sign * (this.values[row]![response]! - limit);
  }

  /** A surface that holds near the limit, and near a point where one is given: what is far from either counts little. */
  surface(side: Side, near?: Scores): Surface {
    const { size, searchable } = this.options;
    const reach = LOCAL_SPREAD ** 2 * Math.max(4, searchable.length);
    const room = -this.beyond(side, 0) || 1;
    const observations: Observation[] = this.points.map((at, row) => {
      const farInSpace = near === undefined ? 0 : squaredDistance(at, near, searchable) / reach;
      const farInValue = (this.beyond(side, row) / room) ** 2;
      const weight = 1 / ((1 + farInSpace) * (1 + farInValue)) ** 2;
      return { at, value: this.values[row]![side.response]!, weight };
    });
    return fitSurface(observations, size, searchable);
  }

  /** Simulated points in the direction of a point, the nominal one first. */
  onRay(side: Side, direction: Scores): RayPoint[] {
    return this.points.flatMap((at, row) => {
      const distance = lengthOf(at);
      const on = distance === 0 || cosine(at, direction) > 1 - 1e-9;
      return on ? [{ distance, beyond: this.beyond(side, row) }] : [];
    });
  }

  /** Explored points, those farthest to the limit's side first. */
  outermost(side: Side): number[] {
    return this.points
      .map((_, row) => row)
      .filter((row) => row > 0 && Number.isFinite(this.beyond(side, row)))
      .sort((a, b) => this.beyond(side, b) - this.beyond(side, a));
  }
}

function squaredDistance(a: Scores, b: Scores, coordinates: readonly number[]): number {
  return coordinates.reduce((sum, k) => sum + (a[k]! - b[k]!) ** 2, 0);
}
