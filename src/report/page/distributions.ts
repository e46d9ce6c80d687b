import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../expression/index.ts';
import { normalQuantile } from '../../plan/normal.ts';
import type { ColumnStatistics, YieldStatistics } from '../../stats/types.ts';
import type { PointQuantiles, QuantilePoint } from '../data.ts';
import { ACCENT, BAD, SIZE, style, ticksOver } from './frame.ts';

export interface Limit {
  readonly at: number;
  readonly label: string;
}

/** The limits of every spec on a measurement. */
export function limitsOf(name: string, yields: readonly YieldStatistics[]): Limit[] {
  return yields
    .filter(({ measurement }) => measurement === name)
    .flatMap(({ low, high }) =>
      [
        low === undefined ? [] : [{ at: low, label: 'low limit' }],
        high === undefined ? [] : [{ at: high, label: 'high limit' }],
      ].flat(),
    );
}

export function histogram(column: ColumnStatistics, limits: readonly Limit[]): SVGElement | HTMLElement {
  const { low, high, counts } = column.histogram;
  const width = (high - low || 1) / counts.length;
  const low_ = Math.max(
    Number.NEGATIVE_INFINITY,
    ...limits.filter((limit) => limit.label === 'low limit').map((limit) => limit.at),
  );
  const high_ = Math.min(
    Number.POSITIVE_INFINITY,
    ...limits.filter((limit) => limit.label === 'high limit').map((limit) => limit.at),
  );
  const bins = counts.map((count, k) => ({ x1: low + k * width, x2: low + (k + 1) * width, count }));
  const fails = (bin: { x1: number; x2: number }) =>
    (bin.x1 + bin.x2) / 2 < low_ || (bin.x1 + bin.x2) / 2 > high_;
  const shown = limits.filter(({ at }) => at > low - (high - low) * 0.6 && at < high + (high - low) * 0.6);
  return Plot.plot({
    ...SIZE,
    style,
    ariaLabel: `Histogram of ${column.name}`,
    x: { label: null, tickFormat: ticksOver(column.unit, [low, high]), ticks: 5, nice: false },
    y: { label: null, grid: true, ticks: 4 },
    marks: [
      Plot.rectY(bins, {
        x1: 'x1',
        x2: 'x2',
        y: 'count',
        fill: (bin) => (fails(bin) ? BAD : ACCENT),
        inset: 0.5,
        tip: true,
        channels: {},
      }),
      Plot.ruleX([column.mean.value], { stroke: 'currentColor', strokeDasharray: '3 3' }),
      Plot.ruleX(shown, { x: 'at', stroke: BAD, strokeWidth: 2 }),
      Plot.text(shown, {
        x: 'at',
        text: (limit: Limit) => formatNumber(limit.at, column.unit, 4),
        frameAnchor: 'top',
        dy: -14,
        fill: BAD,
      }),
      Plot.ruleY([0]),
    ],
  });
}

/** Normal quantile plot: a straight line where the values are normally distributed. */
export function quantilePlot(
  column: ColumnStatistics,
  points: readonly QuantilePoint[],
  limits: readonly Limit[],
): SVGElement | HTMLElement {
  const scored = points.map(({ p, value }) => ({ z: normalQuantile(p), value, p }));
  const most = Math.max(3, ...scored.map(({ z }) => Math.abs(z)));
  const { value: mean } = column.mean;
  const { value: sigma } = column.sigma;
  const line = [-most, most].map((z) => ({ z, value: mean + z * sigma }));
  return Plot.plot({
    ...SIZE,
    style,
    ariaLabel: `Normal quantile plot of ${column.name}`,
    x: { label: null, tickFormat: ticksOver(column.unit, [column.min, column.max]), ticks: 5 },
    y: { label: 'normal score (sigma)', grid: true, ticks: 6, domain: [-most, most] },
    marks: [
      Plot.line(line, {
        x: 'value',
        y: 'z',
        stroke: 'currentColor',
        strokeOpacity: 0.5,
        strokeDasharray: '4 3',
        clip: true,
      }),
      Plot.dot(scored, {
        x: 'value',
        y: 'z',
        r: 2,
        fill: ACCENT,
        tip: true,
        title: (point) =>
          `${formatNumber(point.value, column.unit)}\n${(point.p * 100).toPrecision(4)} % lie below`,
      }),
      Plot.ruleX(
        limits.filter(({ at }) => Math.abs(at - mean) < 8 * sigma),
        { x: 'at', stroke: BAD, strokeWidth: 2 },
      ),
    ],
  });
}

/** A histogram at one point of the axes, such as a corner. */
export interface PointColumn {
  readonly label: string;
  readonly column: ColumnStatistics;
}

/** Densities of several points over one axis, as outlines: what lies where, and how far apart. */
export function pointHistograms(
  points: readonly PointColumn[],
  limits: readonly Limit[],
): SVGElement | HTMLElement {
  const low = Math.min(...points.map(({ column }) => column.min));
  const high = Math.max(...points.map(({ column }) => column.max));
  const outlines = points.flatMap(({ label, column }) => outlineOf(label, column, high - low));
  const [{ column }] = points as [PointColumn];
  return Plot.plot({
    ...SIZE,
    style,
    ariaLabel: `Histograms of ${column.name} by point`,
    color: colours(points.map(({ label }) => label)),
    x: { label: null, tickFormat: ticksOver(column.unit, [low, high]), ticks: 5, nice: false },
    y: { label: 'share of the samples per bin width', axis: null },
    marks: [
      Plot.areaY(outlines, { x: 'x', y1: 0, y2: 'density', fill: 'label', fillOpacity: 0.18, z: 'label' }),
      Plot.lineY(outlines, { x: 'x', y: 'density', stroke: 'label', strokeWidth: 1.4, z: 'label' }),
      ...limitRules(limits, low, high),
      Plot.ruleY([0]),
    ],
  });
}

/** Normal quantile plots of several points. */
export function pointQuantilePlot(
  column: ColumnStatistics,
  points: readonly PointQuantiles[],
  limits: readonly Limit[],
): SVGElement | HTMLElement {
  const scored = points.flatMap(({ label, points: own }) =>
    own.map(({ p, value }) => ({ z: normalQuantile(p), value, p, label })),
  );
  return Plot.plot({
    ...SIZE,
    style,
    ariaLabel: `Normal quantile plot of ${column.name} by point`,
    color: colours(points.map(({ label }) => label)),
    x: { label: null, tickFormat: ticksOver(column.unit, [column.min, column.max]), ticks: 5 },
    y: { label: 'normal score (sigma)', grid: true, ticks: 6 },
    marks: [
      Plot.dot(scored, {
        x: 'value',
        y: 'z',
        r: 2,
        fill: 'label',
        tip: true,
        title: (point) =>
          `${point.label}\n${formatNumber(point.value, column.unit)}\n${(point.p * 100).toPrecision(4)} % lie below`,
      }),
      ...limitRules(limits, column.min, column.max),
    ],
  });
}

const colours = (labels: readonly string[]) => ({
  legend: true,
  type: 'categorical' as const,
  scheme: 'Observable10' as const,
  domain: [...labels],
});

function limitRules(limits: readonly Limit[], low: number, high: number): Plot.Markish[] {
  const shown = limits.filter(({ at }) => at > low - (high - low) * 0.6 && at < high + (high - low) * 0.6);
  return [Plot.ruleX(shown, { x: 'at', stroke: BAD, strokeWidth: 2 })];
}

interface Corner {
  readonly x: number;
  readonly density: number;
  readonly label: string;
}

/** Steps up and down along the bins; values that are all equal stand as a spike as wide as a hundredth of the axis. */
function outlineOf(
  label: string,
  { n, min, max, histogram: { low, high, counts } }: ColumnStatistics,
  span: number,
): Corner[] {
  const [from, to, heights] = max > min ? [low, high, counts] : [min - span / 200, max + span / 200, [n]];
  const width = (to - from) / heights.length;
  const most = Math.max(...heights);
  const steps = heights.flatMap((count, k) => [
    { x: from + k * width, density: count / most, label },
    { x: from + (k + 1) * width, density: count / most, label },
  ]);
  return [{ x: from, density: 0, label }, ...steps, { x: to, density: 0, label }];
}
