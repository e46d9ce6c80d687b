import type { Results } from '../run/results.ts';
import type { QuantilePoint, ReportData } from './data.ts';

const QUANTILE_POINTS = 240;
/** More points of the axes than this cannot be told apart in one picture. */
export const MOST_POINTS_APART = 8;

/** Quantiles of every measurement, over all rows and, for a few points of the axes, at each of them. */
export async function quantilesOf(
  results: Results,
  labels: readonly string[],
): Promise<Pick<ReportData, 'quantiles' | 'quantilesByPoint'>> {
  const quantiles: Record<string, QuantilePoint[]> = {};
  const quantilesByPoint: Record<string, { label: string; points: QuantilePoint[] }[]> = {};
  const apart = labels.length > 1 && labels.length <= MOST_POINTS_APART ? labels : [];
  for (const { name } of results.plan.measurements) {
    quantiles[name] = quantilePoints((await results.column(name)).filter(Number.isFinite).sort());
    if (apart.length === 0) continue;
    const values = await valuesByPoint(results, name, apart.length);
    quantilesByPoint[name] = apart.map((label, point) => ({
      label,
      points: quantilePoints(Float64Array.from(values[point]!).sort()),
    }));
  }
  return { quantiles, quantilesByPoint };
}

async function valuesByPoint(results: Results, name: string, count: number): Promise<number[][]> {
  const values = Array.from({ length: count }, (): number[] => []);
  for await (const { rows, samples, columns } of results.batches([name])) {
    const column = columns.get(name)!;
    for (let row = 0; row < rows; row++)
      if (Number.isFinite(column[row])) values[samples[row]! % count]!.push(column[row]!);
  }
  return values;
}

/** Plotting positions (k - 0.5) / n, dense in both tails and evenly spaced in normal score in between. */
function quantilePoints(sorted: Float64Array): QuantilePoint[] {
  const n = sorted.length;
  const count = Math.min(n, QUANTILE_POINTS);
  const ranks = new Set<number>();
  for (let k = 0; k < count; k++) {
    const logistic = 1 / (1 + Math.exp(-((k + 0.5) / count - 0.5) * 2 * Math.log(2 * n)));
    ranks.add(Math.min(n - 1, Math.max(0, Math.round(logistic * (n - 1)))));
  }
  return [...ranks].sort((a, b) => a - b).map((rank) => ({ p: (rank + 0.5) / n, value: sorted[rank]! }));
}
