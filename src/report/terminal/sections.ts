import { formatNumber } from '../../expression/format.ts';
import type { Plan, Spec } from '../../plan/schema.ts';
import type { ColumnStatistics } from '../../stats/types.ts';
import type { Group, WorstSample } from '../answers.ts';
import { pointCount } from '../axes.ts';
import { pointLabel } from '../label.ts';
import { histogramLines, type PointHistogram, pointHistogramLines } from './histogram.ts';
import { count, digitsBetween, percentWithInterval, plainNumber, withInterval } from './numbers.ts';
import { shellWord } from './shell.ts';
import { cut, padEnd, padStart, type Style } from './style.ts';
import { tableLines } from './table.ts';

const MOST_HISTOGRAMS = 6;
const MOST_CONTRIBUTORS = 5;
const MOST_GROUPS = 12;
const MOST_WORST = 5;
const SMALLEST_SHARE = 0.005;

const level = (confidence: number): string => `${Number((100 * confidence).toPrecision(6))} %`;

const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : plainNumber(value, ''));

export function measurementLines(
  all: Group,
  random: boolean,
  confidence: number,
  width: number,
  style: Style,
): string[] {
  const { statistics } = all;
  if (statistics.length === 0) return [];
  const column = (
    title: string,
    dropOrder: number,
    of: (statistics: ColumnStatistics) => string,
    align: 'left' | 'right' = 'right',
  ) => ({ title, dropOrder, align, cells: statistics.map(of) });
  const mean = random ? `mean (${level(confidence)})` : 'mean';
  const spread = [
    column('sigma', 1, ({ sigma, unit }) => plainNumber(sigma.value, unit)),
    column('Cpk', 2, ({ cpk }) => (cpk === undefined ? '' : ratio(cpk.value))),
  ];
  const columns = [
    column('', 0, ({ name }) => cut(name, 28), 'left'),
    column('n', 5, ({ n }) => count(n)),
    column(mean, 0, (entry) => withInterval(entry.mean, entry.unit, style)),
    ...(random ? spread.slice(0, 1) : []),
    column('min', 3, ({ min, max, unit }) => plainNumber(min, unit, digitsBetween(min, max))),
    column('max', 4, ({ min, max, unit }) => plainNumber(max, unit, digitsBetween(min, max))),
    ...(random ? spread.slice(1) : []),
  ];
  return [style.bold('Measurements'), ...tableLines(columns, width, style)];
}

export function yieldLines(
  all: Group,
  confidence: number,
  random: boolean,
  width: number,
  style: Style,
): string[] {
  const { yields } = all;
  if (yields.length === 0) return [];
  const apart = yields.some(
    ({ failuresCounted, failuresIgnored }) => failuresCounted.of !== failuresIgnored.of,
  );
  const shown = yields.map(({ failuresCounted }) => {
    const text = percentWithInterval(failuresCounted);
    return failuresCounted.passed === failuresCounted.of ? style.good(text) : text;
  });
  const columns = [
    { title: '', dropOrder: 0, align: 'left', cells: yields.map(({ name }) => cut(name, 32)) },
    { title: apart ? 'failed samples counted' : 'yield', dropOrder: 0, align: 'right', cells: shown },
    {
      title: 'passed',
      dropOrder: 2,
      align: 'right',
      cells: yields.map(({ failuresCounted: { passed, of } }) => `${count(passed)} of ${count(of)}`),
    },
    {
      title: 'left out',
      dropOrder: 1,
      align: 'right',
      cells: yields.map(({ failuresIgnored }) => percentWithInterval(failuresIgnored)),
    },
  ] as const;
  const methods = [...new Set(yields.map(({ method }) => method))].join('; ');
  const title = random
    ? `${style.bold('Yield')} ${style.dim(`(${level(confidence)} interval, ${methods})`)}`
    : style.bold('Yield');
  return [title, ...tableLines(apart ? columns : columns.slice(0, 3), width, style)];
}

/** One line per point of the axes: yield where there are specs, mean and sigma of measurements, those with a spec first. */
export function groupLines(
  groups: readonly Group[],
  specs: readonly Spec[],
  width: number,
  style: Style,
): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, MOST_GROUPS);
  const limited = (name: string): number => (specs.some(({ measurement }) => measurement === name) ? 0 : 1);
  const names = shown[0]!.statistics
    .map(({ name }) => name)
    .sort((a, b) => limited(a) - limited(b))
    .slice(0, 4);
  const columns = [
    { title: '', dropOrder: 0, align: 'left' as const, cells: shown.map(({ label }) => cut(label, 40)) },
    {
      title: 'yield',
      dropOrder: 1,
      align: 'right' as const,
      cells: shown.map(({ yields }) =>
        yields.length === 0 ? '' : percentWithInterval(yields.at(-1)!.failuresCounted),
      ),
    },
    ...names.map((name, k) => ({
      title: name,
      dropOrder: k + 2,
      align: 'right' as const,
      cells: shown.map(({ statistics }) => {
        const { mean, sigma, unit } = statistics.find((entry) => entry.name === name)!;
        return `${plainNumber(mean.value, unit)} (${style.dim('sigma')} ${plainNumber(sigma.value, unit)})`;
      }),
    })),
  ];
  const rest = groups.length - shown.length;
  return [
    style.bold('By point'),
    ...tableLines(columns, width, style),
    ...(rest > 0 ? [style.dim(`  and ${count(rest)} more, in the report`)] : []),
  ];
}

/** One histogram per measurement, those with a spec first; of few points, each apart: a mixture of corners tells nothing. */
export function histogramSection(
  all: Group,
  groups: readonly Group[],
  specs: readonly Spec[],
  width: number,
  style: Style,
): string[] {
  const limitsOf = (name: string) => {
    const own = specs.filter(({ measurement }) => measurement === name);
    const lows = own.flatMap(({ low }) => low ?? []);
    const highs = own.flatMap(({ high }) => high ?? []);
    return {
      low: lows.length > 0 ? Math.max(...lows) : undefined,
      high: highs.length > 0 ? Math.min(...highs) : undefined,
    };
  };
  const worthwhile = all.statistics.filter(({ n, min, max }) => n > 1 && max > min);
  const specified = worthwhile.filter(({ name }) => specs.some(({ measurement }) => measurement === name));
  const ordered = [...specified, ...worthwhile.filter((entry) => !specified.includes(entry))];
  return ordered.slice(0, MOST_HISTOGRAMS).flatMap((entry, k) => {
    const points = pointHistograms(entry.name, groups);
    const limits = limitsOf(entry.name);
    return [
      ...(k === 0 ? [] : ['']),
      style.bold(entry.name),
      ...(points.length > 1
        ? pointHistogramLines(points, limits, entry.unit, width, style)
        : histogramLines(entry.histogram, limits, entry.unit, width, style)),
    ];
  });
}

/** Of each point that has values of a measurement; none where the points are too many to tell apart. */
function pointHistograms(name: string, groups: readonly Group[]): PointHistogram[] {
  if (groups.length > MOST_GROUPS) return [];
  return groups.flatMap(({ label, statistics }) => {
    const column = statistics.find((entry) => entry.name === name);
    if (column === undefined || column.n === 0) return [];
    const { min, max } = column;
    const histogram = max > min ? column.histogram : { low: min, high: max, counts: [column.n] };
    return [{ label, histogram }];
  });
}

export function contributorLines(all: Group, plan: Plan, width: number, style: Style): string[] {
  const lines: string[] = [];
  for (const { measurement, rSquared, contributors } of all.contributors) {
    const shown = contributors.filter(({ share }) => share >= SMALLEST_SHARE).slice(0, MOST_CONTRIBUTORS);
    if (shown.length === 0) continue;
    const unit = all.statistics.find(({ name }) => name === measurement)?.unit ?? '';
    const names = Math.min(32, Math.max(...shown.map(({ variable }) => variable.length)));
    const room = Math.max(4, Math.min(30, width - names - 40));
    lines.push(`  ${measurement} ${style.dim(`(${style.squared} ${rSquared.toFixed(3)})`)}`);
    for (const { variable, share, perSigma } of shown) {
      const bar = style.bar.repeat(Math.max(1, Math.round(share * room)));
      const categorical = plan.variables.find(({ name }) => name === variable)?.labels !== undefined;
      const size = formatNumber(perSigma, unit, 3);
      const effect = categorical ? `${size} between labels` : `${perSigma >= 0 ? '+' : ''}${size} per sigma`;
      const percent = padStart(`${(100 * share).toFixed(1)} %`, 7);
      lines.push(
        `    ${padEnd(cut(variable, names), names)}  ${padEnd(style.accent(bar), room)} ${percent}  ${effect}`,
      );
    }
  }
  return lines.length > 0 ? [style.bold('Contributors to the variance'), ...lines] : [];
}

export function worstLines(all: Group, plan: Plan, location: string, width: number, style: Style): string[] {
  const shown = all.worst.slice(0, MOST_WORST);
  if (shown.length === 0) return [];
  const lines = shown.map((entry) => {
    const why = cut(`${pointOf(entry.sample, plan)}${reasonFor(entry, plan)}`, width - 14);
    const failing = entry.status !== 'ok' || (entry.margin ?? 0) < 0;
    return `  ${padStart(String(entry.sample), 9)}  ${failing ? style.bad(why) : why}`;
  });
  const again = `  spicelab show ${shellWord(location)} --sample ${shown[0]!.sample} --deck`;
  return [style.bold('Worst samples'), ...lines, `${again}  ${style.dim('prints its deck')}`];
}

/** Where there are corners or a sweep, at which of them a sample is. */
function pointOf(sample: number, plan: Plan): string {
  const points = pointCount(plan);
  return points > 1 ? `${pointLabel(plan, sample % points)}: ` : '';
}

function reasonFor({ status, message, margin, spec, reason, values }: WorstSample, plan: Plan): string {
  if (status !== 'ok' && margin === undefined && reason === undefined)
    return message === undefined ? status : `${status}: ${message}`;
  const told = plan.specs.find(({ name }) => name === spec)?.measurement;
  const value = (name: string): string => {
    const unit = plan.measurements.find((measurement) => measurement.name === name)?.unit ?? '';
    return `${name} = ${formatNumber(values[name] ?? Number.NaN, unit)}`;
  };
  if (told !== undefined && margin !== undefined) {
    const distance = Number(Math.abs(margin).toPrecision(3));
    return `${value(told)}, ${distance} sigma ${margin < 0 ? 'beyond' : 'within'} ${spec}`;
  }
  const name = plan.measurements.find((measurement) => reason?.endsWith(` ${measurement.name}`))?.name;
  return name === undefined ? (reason ?? status) : `${value(name)}, ${reason}`;
}
