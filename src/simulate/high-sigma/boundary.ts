/** What a measurement says along a ray: a distance from the nominal point in sigma, and how far beyond the limit (negative: within). */
export interface RayPoint {
  readonly distance: number;
  readonly beyond: number;
}

/** Where a ray passes a limit. */
export interface Crossing {
  readonly distance: number;
  /** Between the two simulated points that it lies between. */
  readonly bracket: number;
}

/**
 * Where a ray first passes the limit, straight between the two simulated points around it; `undefined` where it never does.
 * @param points the nominal one among them; those without a value are left out
 */
export function crossing(points: readonly RayPoint[]): Crossing | undefined {
  const known = points
    .filter(({ beyond }) => Number.isFinite(beyond))
    .sort((a, b) => a.distance - b.distance);
  for (const [k, { distance, beyond }] of known.entries()) {
    if (beyond <= 0) continue;
    const last = known[k - 1];
    if (!last) return { distance, bracket: distance };
    const bracket = distance - last.distance;
    return { distance: last.distance + (bracket * -last.beyond) / (beyond - last.beyond), bracket };
  }
  return undefined;
}
