import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../expression/index.ts';
import type { SweepFamily } from '../sweeps.ts';
import type { WaveformFamily } from '../waveforms.ts';
import { ACCENT, logTicksOver, SIZE, SOFT, spansDecades, style, ticksOver } from './frame.ts';

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
  const logarithmic = !family.labels && spansDecades(family.x);
  const logarithmicY = spansDecades(ends);
  const stroke = several ? 'label' : ACCENT;
  return Plot.plot({
    ...SIZE,
    height: 280,
    style,
    ariaLabel: `${family.measurement} over ${family.axis}`,
    color: {
      legend: several,
      scheme: family.curves.length > 10 ? 'Sinebow' : 'Observable10',
      type: 'categorical',
      domain: family.curves.map(({ label }) => label || family.measurement),
    },
    x: family.labels
      ? { type: 'point', label: family.axis, domain: [...family.labels] }
      : {
          label: family.axis,
          type: logarithmic ? 'log' : 'linear',
          tickFormat: (logarithmic ? logTicksOver : ticksOver)(family.axisUnit, family.x),
          ticks: 6,
        },
    y: {
      label: family.measurement,
      type: logarithmicY ? 'log' : 'linear',
      tickFormat: (logarithmicY ? logTicksOver : ticksOver)(family.unit, ends),
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

/** Units of the scales that simulators name. */
const SCALE_UNITS: Readonly<Record<string, string>> = { frequency: 'Hz', time: 's' };

export function waveformPlot(family: WaveformFamily): SVGElement | HTMLElement {
  const rows = family.curves.flatMap(({ sample, x, y }) =>
    x.map((value, k) => ({ x: value, y: y[k]!, sample })),
  );
  const finite = rows.filter(({ y }) => Number.isFinite(y));
  return Plot.plot({
    ...SIZE,
    height: 280,
    style,
    ariaLabel: `Waveforms of ${family.vector}`,
    x: {
      label: family.scale,
      type: family.logarithmic ? 'log' : 'linear',
      tickFormat: (family.logarithmic ? logTicksOver : ticksOver)(
        SCALE_UNITS[family.scale] ?? '',
        family.curves[0]?.x ?? [],
      ),
      ticks: 5,
    },
    y: {
      label: family.vector,
      grid: true,
      tickFormat: ticksOver(
        '',
        finite.map(({ y }) => y),
      ),
    },
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
