import { formatNumber } from '../../expression/format.ts';
import type { Histogram } from '../../stats/types.ts';
import { digitsBetween } from './numbers.ts';
import { cut, padEnd, type Style, widthOf } from './style.ts';

const ROWS = 3;
const MARGIN = 2;
const MOST_COLUMNS = 64;
const MOST_LABEL = 24;

export interface HistogramLimits {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A small histogram with an axis below it, the limits marked and what is beyond them in another colour. */
export function histogramLines(
  histogram: Histogram,
  limits: HistogramLimits,
  unit: string,
  width: number,
  style: Style,
): string[] {
  if (histogram.counts.length === 0) return [];
  const range = visibleRange(histogram, limits);
  const frame = frameOf(range, ' '.repeat(MARGIN), width - 2 * MARGIN);
  return [
    ...columnLines(rebin(histogram, frame), ROWS, frame, limits, style),
    ...axisLines(frame, limits, unit, style),
  ];
}

/** A histogram of one point of the axes, such as a corner. */
export interface PointHistogram {
  readonly label: string;
  readonly histogram: Histogram;
}

/** Histograms of several points over one axis, a line for each, every one as high as its own fullest column. */
export function pointHistogramLines(
  points: readonly PointHistogram[],
  limits: HistogramLimits,
  unit: string,
  width: number,
  style: Style,
): string[] {
  const low = Math.min(...points.map(({ histogram }) => histogram.low));
  const high = Math.max(...points.map(({ histogram }) => histogram.high));
  const words = points.map(({ label }) => cut(label, MOST_LABEL));
  const column = Math.max(...words.map(widthOf));
  const indent = ' '.repeat(MARGIN + column + MARGIN);
  const frame = frameOf(
    visibleRange({ low, high, counts: [] }, limits),
    indent,
    width - indent.length - MARGIN,
  );
  return [
    ...points.flatMap(({ histogram }, k) => {
      const label = ' '.repeat(MARGIN) + padEnd(words[k]!, column) + ' '.repeat(MARGIN);
      return columnLines(rebin(histogram, frame), 1, { ...frame, indent: label }, limits, style);
    }),
    ...axisLines(frame, limits, unit, style),
  ];
}

/** Where columns stand: from `low` to `high` on `size` characters behind an indent. */
interface Frame {
  readonly low: number;
  readonly high: number;
  readonly size: number;
  readonly indent: string;
}

const frameOf = (range: { low: number; high: number }, indent: string, room: number): Frame => ({
  ...range,
  indent,
  size: Math.max(10, Math.min(MOST_COLUMNS, room)),
});

const columnOf = ({ low, high, size }: Frame, value: number): number =>
  Math.round(((value - low) / (high - low)) * (size - 1));

function columnLines(
  columns: readonly number[],
  rows: number,
  { low, high, size, indent }: Frame,
  limits: HistogramLimits,
  style: Style,
): string[] {
  const most = Math.max(...columns);
  const steps = style.heights.length - 1;
  const lines: string[] = [];
  for (let row = rows - 1; row >= 0; row--) {
    const cells = columns.map((height, c): Cell => {
      const level = Math.ceil((height / most) * rows * steps) - row * steps;
      const text = style.heights[Math.max(0, Math.min(steps, level))]!;
      const value = low + ((c + 0.5) / size) * (high - low);
      return { text, paint: beyond(value, limits) ? style.bad : style.accent };
    });
    lines.push(indent + painted(cells).trimEnd());
  }
  return lines;
}

function axisLines(frame: Frame, limits: HistogramLimits, unit: string, style: Style): string[] {
  const { low, high, size, indent } = frame;
  const marked = [limits.low, limits.high].filter(
    (limit) => limit !== undefined && limit >= low && limit <= high,
  );
  const axis = Array.from({ length: size }, (): Cell => ({ text: style.line, paint: style.dim }));
  for (const limit of marked) axis[columnOf(frame, limit!)] = { text: style.limit, paint: style.bad };
  return [indent + painted(axis), indent + labels(frame, marked as number[], unit)];
}

interface Cell {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** Cells as text, each stretch of one colour painted at once. */
function painted(cells: readonly Cell[]): string {
  let line = '';
  for (let start = 0, end = 0; start < cells.length; start = end) {
    const { paint } = cells[start]!;
    while (end < cells.length && cells[end]!.paint === paint) end++;
    const text = cells
      .slice(start, end)
      .map((cell) => cell.text)
      .join('');
    line += text.trim() === '' ? text : paint(text);
  }
  return line;
}

/** The histogram's own range, stretched to a limit that is not far away. */
function visibleRange(histogram: Histogram, limits: HistogramLimits): { low: number; high: number } {
  const span = histogram.high - histogram.low;
  const near = [limits.low, limits.high].filter(
    (limit) => limit !== undefined && limit > histogram.low - span && limit < histogram.high + span,
  ) as number[];
  return { low: Math.min(histogram.low, ...near), high: Math.max(histogram.high, ...near) };
}

/** Counts spread over columns in proportion to how much of a bin each covers; values that are all equal are in one. */
function rebin(histogram: Histogram, frame: Frame): number[] {
  const { low, high, size } = frame;
  const columns = new Array<number>(size).fill(0);
  const binWidth = (histogram.high - histogram.low) / histogram.counts.length;
  const columnWidth = (high - low) / size;
  if (histogram.low === histogram.high) {
    columns[columnOf(frame, histogram.low)] = 1;
    return columns;
  }
  histogram.counts.forEach((bin, b) => {
    const start = (histogram.low + b * binWidth - low) / columnWidth;
    const end = start + binWidth / columnWidth;
    const last = Math.min(size - 1, Math.ceil(end) - 1);
    for (let c = Math.max(0, Math.floor(start)); c <= last; c++)
      columns[c]! += (bin * Math.max(0, Math.min(end, c + 1) - Math.max(start, c))) / (end - start);
  });
  return columns;
}

function beyond(value: number, { low, high }: HistogramLimits): boolean {
  return (low !== undefined && value < low) || (high !== undefined && value > high);
}

/** The limits below their marks, the ends where there is room left. */
function labels(frame: Frame, limits: readonly number[], unit: string): string {
  const { low, high, size } = frame;
  const cells = new Array<string>(size).fill(' ');
  const place = (text: string, wanted: number): void => {
    const characters = [...text];
    const start = Math.max(0, Math.min(size - characters.length, wanted));
    const around = cells.slice(Math.max(0, start - 2), start + characters.length + 2);
    if (characters.length > size || around.some((cell) => cell !== ' ')) return;
    characters.forEach((character, k) => {
      cells[start + k] = character;
    });
  };
  for (const limit of limits) {
    const text = formatNumber(limit, unit);
    place(text, columnOf(frame, limit) - Math.floor(text.length / 2));
  }
  const digits = digitsBetween(low, high);
  place(formatNumber(low, unit, digits), 0);
  place(formatNumber(high, unit, digits), size);
  return cells.join('').trimEnd();
}
