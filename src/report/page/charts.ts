import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../expression/index.ts';
import { normalQuantile } from '../../plan/normal.ts';
import type { ColumnStatistics, Contributors, YieldStatistics } from '../../stats/types.ts';
import type { QuantilePoint, ScatterCloud } from '../data.ts';
import type { SweepFamily } from '../sweeps.ts';
import type { WaveformFamily } from '../waveforms.ts';

const ACCENT = 'var(--accent)';
const BAD = 'var(--bad)';
const SOFT = 'var(--soft)';
const style = {
  background: 'transparent',
  color: 'inherit',
  fontSize: '11px',
  fontFamily: 'inherit',
  overflow: 'visible',
} as const;
const SIZE = {
  width: 460,
  height: 240,
  marginLeft: 58,
  marginRight: 24,
  marginBottom: 38,
  marginTop: 22,
} as const;

const tick = (unit: string) => (value: number) => formatNumber(value, unit, 3);

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
    x: { label: null, tickFormat: tick(column.unit), ticks: 5, nice: false },
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
    x: { label: null, tickFormat: tick(column.unit), ticks: 5 },
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

export function contributorBars({ contributors }: Contributors, unit: string): SVGElement | HTMLElement {
  const shown = contributors.slice(0, 12);
  return Plot.plot({
    ...SIZE,
    height: 40 + 22 * shown.length,
    marginLeft: 130,
    marginRight: 90,
    style,
    ariaLabel: 'Share of the variance by variable',
    x: {
      label: 'share of the variance',
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
    width: 320,
    style,
    ariaLabel: `${cloud.measurement} against ${cloud.variable}`,
    x: { label: cloud.variable, tickFormat: tick(cloud.variableUnit), ticks: 4 },
    y: { label: cloud.measurement, tickFormat: tick(unit), grid: true, ticks: 5 },
    marks: [
      Plot.dot(points, { x: 'x', y: 'y', r: 1.6, fill: ACCENT, fillOpacity: 0.5 }),
      Plot.linearRegressionY(points, { x: 'x', y: 'y', stroke: 'currentColor', strokeOpacity: 0.6, ci: 0 }),
    ],
  });
}

export function sweepPlot(family: SweepFamily): SVGElement | HTMLElement {
  const rows = family.curves.flatMap(({ label, mean, sigma }) =>
    family.x.map((x, k) => ({
      x: family.labels?.[k] ?? x,
      y: mean[k] ?? Number.NaN,
      spread: sigma?.[k] ?? 0,
      label: label || family.measurement,
    })),
  );
  const several = family.curves.length > 1;
  const ends = rows.flatMap(({ y, spread }) => (Number.isFinite(y) ? [y - spread, y + spread] : []));
  const logarithmic =
    !family.labels &&
    family.x.length > 3 &&
    Math.min(...family.x) > 0 &&
    Math.max(...family.x) / Math.min(...family.x) > 50;
  const stroke = several ? 'label' : ACCENT;
  return Plot.plot({
    ...SIZE,
    width: 520,
    height: 300,
    style,
    ariaLabel: `${family.measurement} over ${family.axis}`,
    color: { legend: several, scheme: 'Turbo', type: 'categorical' },
    x: family.labels
      ? { type: 'point', label: family.axis, domain: [...family.labels] }
      : {
          label: family.axis,
          type: logarithmic ? 'log' : 'linear',
          tickFormat: tick(family.axisUnit),
          ticks: 6,
        },
    y: {
      label: family.measurement,
      tickFormat: tick(family.unit),
      grid: true,
      ticks: 5,
      ...(ends.length > 0 ? { domain: [Math.min(...ends), Math.max(...ends)], nice: true } : {}),
    },
    marks: [
      ...(rows.some(({ spread }) => spread > 0) && !family.labels
        ? [
            Plot.areaY(rows, {
              x: 'x',
              y1: (d) => d.y - d.spread,
              y2: (d) => d.y + d.spread,
              fill: several ? 'label' : ACCENT,
              fillOpacity: 0.15,
              z: 'label',
            }),
          ]
        : []),
      ...(rows.some(({ spread }) => spread > 0) && family.labels
        ? [
            Plot.ruleX(rows, {
              x: 'x',
              y1: (d) => d.y - d.spread,
              y2: (d) => d.y + d.spread,
              stroke,
              strokeOpacity: 0.5,
              strokeWidth: 3,
            }),
          ]
        : []),
      ...(family.labels ? [] : [Plot.lineY(rows, { x: 'x', y: 'y', stroke, z: 'label' })]),
      Plot.dot(rows, {
        x: 'x',
        y: 'y',
        r: 2.5,
        fill: stroke,
        tip: true,
        title: (d) =>
          `${d.label}\n${family.axis} ${typeof d.x === 'number' ? formatNumber(d.x, family.axisUnit) : d.x}\n${formatNumber(d.y, family.unit)}`,
      }),
    ],
  });
}

export function waveformPlot(family: WaveformFamily): SVGElement | HTMLElement {
  const rows = family.curves.flatMap(({ sample, x, y }) =>
    x.map((value, k) => ({ x: value, y: y[k]!, sample })),
  );
  return Plot.plot({
    ...SIZE,
    width: 520,
    height: 300,
    style,
    ariaLabel: `Waveforms of ${family.vector}`,
    x: { label: family.scale, type: family.logarithmic ? 'log' : 'linear', tickFormat: tick(''), ticks: 6 },
    y: { label: family.vector, grid: true, tickFormat: tick('') },
    marks: [
      Plot.lineY(rows, {
        x: 'x',
        y: 'y',
        z: 'sample',
        stroke: family.curves.length > 1 ? SOFT : ACCENT,
        strokeOpacity: Math.max(0.15, Math.min(1, 8 / family.curves.length)),
        strokeWidth: 1.2,
      }),
    ],
  });
}
