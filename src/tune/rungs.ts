/**
 * How many samples a design has got at each rung: the whole number, and before it, from the fewest on, a `factor`-th each.
 * @param first fewest samples; 0 for all at once
 */
export function rungsOf(samples: number, first: number, factor: number): number[] {
  const rungs = [samples];
  for (;;) {
    const below = Math.ceil(rungs[0]! / factor);
    if (first === 0 || below < first || below >= rungs[0]!) return rungs;
    rungs.unshift(below);
  }
}
