import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../expression/index.ts';
import type { Contributors } from '../../stats/types.ts';
import type { ScatterCloud } from '../data.ts';
import { ACCENT, SIZE, style, ticksOver } from './frame.ts';

/** Shares below this are no news. */
const SMALLEST_SHARE = 0.005;

/** Characters of a variable's name that have room beside its bar. */
const MOST_NAME = 26;
const CHARACTER = 6;

/** The end of a name tells devices apart less often than its start and what is set of it. */
const shortened = (name: string): string =>
  name.length <= MOST_NAME ? name : `${name.slice(0, MOST_NAME - 13)}…${name.slice(-12)}`;

/** @param categorical variables that choose among labels and have no sigma */
export function contributorBars(
  { contributors }: Contributors,
  unit: string,
  categorical: ReadonlySet<string>,
): SVGElement | HTMLElement {
  const worthwhile = contributors.filter(({ share }) => share >= SMALLEST_SHARE);
  const shown = (worthwhile.length > 0 ? worthwhile : contributors).slice(0, 12);
  return Plot.plot({
    ...SIZE,
    width: 380,
    height: SIZE.marginTop + SIZE.marginBottom + 24 * shown.length,
    marginLeft: Math.max(
      100,
      14 + CHARACTER * Math.max(...shown.map(({ variable }) => shortened(variable).length)),
    ),
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
    y: {
      label: null,
      domain: shown.map(({ variable }) => variable),
      tickFormat: shortened,
      padding: 0.25,
    },
    marks: [
      Plot.barX(shown, {
        x: 'share',
        y: 'variable',
        fill: ACCENT,
        tip: true,
        title: (c) =>
          `${c.variable}\n${(c.share * 100).toFixed(1)} % of the variance\n${formatNumber(c.perSigma, unit)} ${categorical.has(c.variable) ? 'between labels' : 'per sigma'}\nrank correlation ${c.rankCorrelation.toFixed(3)}`,
      }),
      Plot.text(shown, {
        x: 'share',
        y: 'variable',
        text: (c) => `${formatNumber(c.perSigma, unit, 3)}${categorical.has(c.variable) ? '' : ' / σ'}`,
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
