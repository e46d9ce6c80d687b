import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../expression/index.ts';
import type { TuneAnswer, TuneColumn } from '../../tune/answer.ts';
import { figureText } from '../tune/words.ts';
import { ACCENT, SIZE, spansDecades, style } from './frame.ts';

const FAINT = 'currentColor';
/** Of the parallel coordinates: designs beyond these are not drawn one by one. */
const MOST_LINES = 400;

const isNumber = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** The best feasible value of an objective over the simulations of the search, with every design as a dot. */
export function convergence({ steps, objectives }: TuneAnswer, k: number): SVGElement | HTMLElement {
  const column = objectives[k]!;
  const better = (a: number, b: number) =>
    column.direction === 'minimize' ? Math.min(a, b) : Math.max(a, b);
  const most = Math.max(...steps.map(({ samples }) => samples));
  const dots = steps.flatMap(({ trial, simulations, samples, objectives: values, feasible }) => {
    const value = values[k];
    return isNumber(value) ? [{ trial, simulations, samples, value, feasible }] : [];
  });
  let best: number | undefined;
  // figures of few samples flatter: the line is of designs that have all of theirs, where any has
  const line = dots
    .filter(({ feasible, samples }) => feasible && samples === most)
    .map(({ simulations, value }) => {
      best = best === undefined ? value : better(best, value);
      return { simulations, best };
    });
  const last = steps.at(-1)?.simulations ?? 0;
  if (best !== undefined) line.push({ simulations: last, best });
  const [low, high] = rangeOf(dots.filter(({ feasible }) => feasible).map(({ value }) => value));
  return Plot.plot({
    ...SIZE,
    style,
    ariaLabel: `${column.name} over the simulations of the search`,
    x: { label: 'simulations', tickFormat: (value: number) => formatNumber(value), ticks: 5 },
    y: {
      label: column.name,
      grid: true,
      ticks: 5,
      ...(low < high ? { domain: [low, high] } : {}),
      tickFormat: (value: number) => figureText(value, column, 4),
    },
    marks: [
      Plot.dot(dots, {
        x: 'simulations',
        y: 'value',
        r: (d: { samples: number }) => 1.5 + (1.5 * Math.log2(1 + d.samples)) / Math.log2(1 + most),
        fill: (d: { feasible: boolean }) => (d.feasible ? ACCENT : FAINT),
        fillOpacity: (d: { feasible: boolean }) => (d.feasible ? 0.6 : 0.2),
        clip: true,
        tip: true,
        title: (d: { trial: number; value: number; samples: number; feasible: boolean }) =>
          `design ${d.trial}\n${figureText(d.value, column)}\n${d.samples} samples${d.feasible ? '' : '\na constraint is not met'}`,
      }),
      Plot.line(line, { x: 'simulations', y: 'best', curve: 'step-after', stroke: ACCENT, strokeWidth: 2 }),
    ],
  });
}

/** Without the outermost of many values, which would press the others flat. */
function rangeOf(values: readonly number[]): [number, number] {
  if (values.length < 3) return [0, 0];
  const sorted = [...values].sort((a, b) => a - b);
  const quartile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const spread = 3 * (quartile(0.75) - quartile(0.25));
  const low = Math.max(sorted[0]!, quartile(0.25) - spread);
  const high = Math.min(sorted.at(-1)!, quartile(0.75) + spread);
  return [low - 0.05 * (high - low), high + 0.05 * (high - low)];
}

/** One objective over another: all designs, and the front. */
export function pareto({ trials, best, objectives }: TuneAnswer): SVGElement | HTMLElement {
  const [across, up] = [objectives[0]!, objectives[1]!];
  const dots = trials.filter(({ objectives: [x, y], feasible }) => feasible && isNumber(x) && isNumber(y));
  const ends = best.map(({ trial, objectives: [x, y], design }) => ({ trial, design, x: x!, y: y! }));
  return Plot.plot({
    ...SIZE,
    height: 320,
    style,
    ariaLabel: `${up.name} over ${across.name}`,
    x: {
      label: across.name,
      grid: true,
      ticks: 5,
      tickFormat: (value: number) => figureText(value, across, 4),
    },
    y: { label: up.name, grid: true, ticks: 5, tickFormat: (value: number) => figureText(value, up, 4) },
    marks: [
      Plot.dot(dots, {
        x: (d: (typeof dots)[number]) => d.objectives[0],
        y: (d: (typeof dots)[number]) => d.objectives[1],
        r: 2,
        fill: FAINT,
        fillOpacity: 0.35,
      }),
      Plot.line(
        [...ends].sort((a, b) => a.x.value - b.x.value),
        { x: (d) => d.x.value, y: (d) => d.y.value, stroke: ACCENT, strokeOpacity: 0.5 },
      ),
      Plot.ruleY(ends, { y: (d) => d.y.value, x1: (d) => d.x.low, x2: (d) => d.x.high, stroke: ACCENT }),
      Plot.ruleX(ends, { x: (d) => d.x.value, y1: (d) => d.y.low, y2: (d) => d.y.high, stroke: ACCENT }),
      Plot.dot(ends, {
        x: (d) => d.x.value,
        y: (d) => d.y.value,
        r: 3.5,
        fill: ACCENT,
        tip: true,
        title: (d) => `design ${d.trial}\n${figureText(d.x.value, across)}\n${figureText(d.y.value, up)}`,
      }),
    ],
  });
}

interface Coordinate {
  readonly trial: number;
  readonly axis: string;
  readonly share: number;
  readonly rank: number;
}

/** Every design as a line across its variables and figures, the better the stronger. */
export function parallel(answer: TuneAnswer): SVGElement | HTMLElement {
  const { trials, design, objectives, constraints, best } = answer;
  const chosen = new Set(best.map(({ trial }) => trial));
  const shown = trials.slice(-MOST_LINES);
  const axes = [
    ...design.map((column, k) =>
      axisOf(
        column,
        column.log,
        shown.map((trial) => trial.design[k]!),
      ),
    ),
    ...objectives.map((column, k) =>
      axisOf(
        column,
        false,
        shown.map((trial) => trial.objectives[k]!),
      ),
    ),
    ...constraints.map((column, k) =>
      axisOf(
        column,
        false,
        shown.map((trial) => trial.constraints[k]!),
      ),
    ),
  ];
  const points = axes.flatMap(({ name, shares }) =>
    shares.flatMap((share, i): Coordinate[] =>
      isNumber(share)
        ? [
            {
              trial: shown[i]!.trial,
              axis: name,
              share,
              rank: chosen.has(shown[i]!.trial) ? 2 : shown[i]!.feasible ? 1 : 0,
            },
          ]
        : [],
    ),
  );
  const stroke = (rank: number) => (rank === 2 ? ACCENT : FAINT);
  return Plot.plot({
    ...SIZE,
    width: Math.max(460, 120 * axes.length),
    height: 300,
    marginLeft: 60,
    marginRight: 60,
    marginBottom: 52,
    marginTop: 34,
    style: { ...style, maxWidth: 'none' },
    ariaLabel: 'Designs across their variables and figures',
    x: { domain: axes.map(({ name }) => name), label: null, type: 'point', tickSize: 0, tickPadding: 22 },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.ruleX(axes, { x: 'name', stroke: FAINT, strokeOpacity: 0.3 }),
      ...[0, 1, 2].map((rank) =>
        Plot.line(
          points.filter((point) => point.rank === rank),
          {
            x: 'axis',
            y: 'share',
            z: 'trial',
            stroke: stroke(rank),
            strokeOpacity: [0.08, 0.25, 0.95][rank]!,
            strokeWidth: rank === 2 ? 2 : 1,
          },
        ),
      ),
      Plot.text(axes, { x: 'name', y: 1, dy: -10, text: 'high' }),
      Plot.text(axes, { x: 'name', y: 0, dy: 10, text: 'low' }),
    ],
  });
}

function axisOf(column: TuneColumn, log: boolean, values: readonly number[]) {
  const finite = values.filter(isNumber);
  const scaled = log || spansDecades(finite);
  const place = (value: number) => (scaled ? Math.log(value) : value);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const span = place(high) - place(low) || 1;
  const text = (value: number) => figureText(value, column, 3);
  return {
    name: column.name,
    low: text(low),
    high: text(high),
    shares: values.map((value) => (isNumber(value) ? (place(value) - place(low)) / span : Number.NaN)),
  };
}
