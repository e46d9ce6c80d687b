import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../expression/index.ts';
import { normalQuantile } from '../../plan/normal.ts';
import type { ColumnStatistics, Contributors, YieldStatistics } from '../../stats/types.ts';
import type { QuantilePoint, ScatterCloud } from '../data.ts';
import { ACCENT, BAD, SIZE, style, ticksOver } from './frame.ts';

interface Limit {
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

/** Shares below this are no news. */
const SMALLEST_SHARE = 0.005;

export function contributorBars({ contributors }: Contributors, unit: string): SVGElement | HTMLElement {
  const worthwhile = contributors.filter(({ share }) => share >= SMALLEST_SHARE);
  const shown = (worthwhile.length > 0 ? worthwhile : contributors).slice(0, 12);
  return Plot.plot({
    ...SIZE,
    width: 360,
    height: SIZE.marginTop + SIZE.marginBottom + 24 * shown.length,
    marginLeft: 100,
    marginRight: 90,
    style,
    ariaLabel: 'Share of the variance by variable',
    x: {
      label: 'share of the variance (%)',
      percent: true,
      domain: [0, Math.min(100, 100 * Math.max(0.05, ...shown.map(({ share }) => share)))],
      grid: true,
      ticks: 4,
    },
    y: { label: null, domain: shown.map(({ variable }) => variable), padding: 0.25 },
    marks: [
      Plot.barX(shown, {
        x: 'share',
        y: 'variable',
        fill: ACCENT,
        tip: true,
        title: (c) =>
          `${c.variable}\n${(c.share * 100).toFixed(1)} % of the variance\n${formatNumber(c.perSigma, unit)} per sigma\nrank correlation ${c.rankCorrelation.toFixed(3)}`,
      }),
      Plot.text(shown, {
        x: 'share',
        y: 'variable',
        text: (c) => `${formatNumber(c.perSigma, unit, 3)} / σ`,
        textAnchor: 'start',
        dx: 5,
      }),
    ],
  });
}

export function scatter(cloud: ScatterCloud, unit: string): SVGElement | HTMLElement {
  const points = cloud.x.map((x, k) => ({ x, y: cloud.y[k]! }));
  return Plot.plot({
    ...SIZE,
    width: 360,
    style,
    ariaLabel: `${cloud.measurement} against ${cloud.variable}`,
    x: { label: cloud.variable, tickFormat: ticksOver(cloud.variableUnit, cloud.x), ticks: 4 },
    y: { label: cloud.measurement, tickFormat: ticksOver(unit, cloud.y), grid: true, ticks: 5 },
    marks: [
      Plot.dot(points, { x: 'x', y: 'y', r: 1.6, fill: ACCENT, fillOpacity: 0.5 }),
      Plot.linearRegressionY(points, { x: 'x', y: 'y', stroke: 'currentColor', strokeOpacity: 0.6, ci: 0 }),
    ],
  });
}
