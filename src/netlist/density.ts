/** Steps of a quantile function: a jump in it (a gap in the density) is blurred over one of them. */
const STEPS = 512;

/**
 * Quantiles at 0, 1/512, …, 1 of a density that runs in straight lines through corners `x0, y0, x1, y1, …`: x never falls,
 * y is not below zero, and the area is above zero. Within a segment the cumulative probability is a quadratic of x, which
 * is solved in the form that loses no digits (Press et al., Numerical Recipes, 5.6).
 */
export function quantilesOfDensity(corners: readonly number[]): number[] {
  const segments: Segment[] = [];
  let below = 0;
  for (let i = 0; i + 3 < corners.length; i += 2) {
    const [x, y, nextX, nextY] = corners.slice(i, i + 4) as [number, number, number, number];
    const area = ((nextX - x) * (y + nextY)) / 2;
    if (area <= 0) continue;
    segments.push({ x, y, width: nextX - x, rise: nextY - y, below, area });
    below += area;
  }
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const wanted = (step / STEPS) * below;
    const segment = segments.findLast((candidate) => candidate.below < wanted) ?? segments[0]!;
    return quantileWithin(segment, Math.min(wanted - segment.below, segment.area));
  });
}

interface Segment {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly rise: number;
  /** Area to the left. */
  readonly below: number;
  readonly area: number;
}

/** x with this much of the segment's area to the left of it: slope/2 t^2 + y t = area. */
function quantileWithin({ x, y, width, rise }: Segment, area: number): number {
  if (area === 0) return x;
  const root = Math.sqrt(Math.max(y * y + (2 * rise * area) / width, 0));
  return x + Math.min((2 * area) / (y + root), width);
}
