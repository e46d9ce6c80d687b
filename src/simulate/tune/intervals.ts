import { Stream } from '../../plan/philox.ts';
import { meanInterval, sigmaInterval } from '../../stats/intervals.ts';
import { Moments } from '../../stats/moments.ts';
import { binomialRanks } from '../../stats/percentile.ts';
import { clopperPearson } from '../../stats/proportion.ts';
import type { Estimate } from '../../stats/types.ts';
import type { FigureEstimate } from '../../tune/answer.ts';
import { type Columns, type CompiledFigure, figureAt, worstOf } from '../../tune/figures.ts';

/** Resamples of a figure that is put together from several statistics. */
const RESAMPLES = 400;

/**
 * A figure and its interval: Clopper & Pearson 1934 of a yield, Student's t of a mean, Bonett 2006 of a sigma, order
 * statistics of a percentile; of an expression of several the percentile bootstrap over draws (Efron & Tibshirani 1993,
 * 13.3). Of a figure about one sample, or about the extremes of all, there is no interval.
 */
export function estimateOf(
  compiled: CompiledFigure,
  columns: Columns,
  points: number,
  confidence: number,
): FigureEstimate {
  const { value, point } = worstOf(compiled, columns, points);
  const rows: number[] = [];
  for (let row = point; row < ([...columns.values()][0]?.length ?? 0); row += points) rows.push(row);
  const none = { value, low: value, high: value, point };
  if (rows.length < 2 || Number.isNaN(value)) return none;
  const plain =
    compiled.figure.expression === '$0'
      ? plainInterval(compiled, value, columns, rows, confidence)
      : undefined;
  if (plain) return { ...plain, value, point };
  return { ...bootstrap(compiled, columns, rows, confidence), value, point };
}

function plainInterval(
  { statistics: [first] }: CompiledFigure,
  value: number,
  columns: Columns,
  rows: readonly number[],
  confidence: number,
): Estimate | undefined {
  const { statistic, measurement } = first!;
  if (statistic.kind === 'yield')
    return clopperPearson(Math.round(value * rows.length), rows.length, confidence);
  const column = columns.get(measurement!)!;
  const values = rows.map((row) => column[row]!).filter(Number.isFinite);
  const moments = new Moments();
  for (const each of values) moments.add(each);
  const { n, mean, variance, kurtosis } = moments;
  switch (statistic.kind) {
    case 'mean':
      return meanInterval(n, mean, variance, confidence);
    case 'sigma':
      return sigmaInterval(n, variance, kurtosis, confidence);
    case 'min':
    case 'max':
      return { value, low: value, high: value };
    case 'median':
      return orderInterval(values, 0.5, value, confidence);
    case 'percentile':
      return orderInterval(values, statistic.share, value, confidence);
  }
}

function orderInterval(
  values: readonly number[],
  share: number,
  value: number,
  confidence: number,
): Estimate {
  const sorted = Float64Array.from(values).sort();
  const { low, high } = binomialRanks(share, sorted.length, confidence);
  return {
    value,
    low: sorted[low] ?? Number.NEGATIVE_INFINITY,
    high: sorted[high] ?? Number.POSITIVE_INFINITY,
  };
}

function bootstrap(
  compiled: CompiledFigure,
  columns: Columns,
  rows: readonly number[],
  confidence: number,
): Estimate {
  const stream = new Stream(1, compiled.figure.text, 'draw');
  let drawn = 0;
  const values = Float64Array.from({ length: RESAMPLES }, () => {
    const again = rows.map(() => rows[Math.floor(stream.uniform(drawn++) * rows.length)]!);
    return figureAt(compiled, columns, again);
  }).sort();
  const tail = Math.floor(((1 - confidence) / 2) * RESAMPLES);
  return { value: Number.NaN, low: values[tail]!, high: values[RESAMPLES - 1 - tail]! };
}
