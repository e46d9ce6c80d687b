import type { ColumnStatistics, Estimate } from '../../stats/types.ts';
import type { ReportData } from '../data.ts';
import { histogram, limitsOf, pointHistograms, pointQuantilePlot, quantilePlot } from './distributions.ts';
import { element, figure, section, table } from './dom.ts';
import { between, counted, percent, withUnit } from './words.ts';

export function measurementSections(data: ReportData): HTMLElement[] {
  if (!data.random) return [];
  return data.answers.all.statistics.map((column) => measurementSection(data, column));
}

function measurementSection(data: ReportData, column: ColumnStatistics): HTMLElement {
  const drawings = data.quantilesByPoint[column.name]
    ? drawnApart(data, column)
    : drawnTogether(data, column);
  return section(
    column.name,
    column.n > 1 && element('div', { class: 'pair' }, ...drawings),
    element('div', { class: 'pair wide' }, momentsTable(column), percentilesTable(column)),
  );
}

const howMany = ({ n, missing }: ColumnStatistics): string =>
  `${counted(n, 'value')}${missing > 0 ? `, ${missing} without one` : ''}`;

function drawnTogether(data: ReportData, column: ColumnStatistics): HTMLElement[] {
  const limits = limitsOf(column.name, data.answers.all.yields);
  return [
    figure(`${howMany(column)}; dashed: the mean`, histogram(column, limits)),
    figure(
      'normal quantiles: straight where normal',
      quantilePlot(column, data.quantiles[column.name] ?? [], limits),
    ),
  ];
}

/** Each point of the axes by itself: a mixture of corners has a shape that no circuit has. */
function drawnApart(data: ReportData, column: ColumnStatistics): HTMLElement[] {
  const limits = limitsOf(column.name, data.answers.all.yields);
  const points = data.answers.groups.flatMap(({ label, statistics }) => {
    const own = statistics.find(({ name, n }) => name === column.name && n > 0);
    return own ? [{ label, column: own }] : [];
  });
  const quantiles = data.quantilesByPoint[column.name]!.filter((entry) => entry.points.length > 0);
  return [
    figure(`${howMany(column)}; each point as high as its fullest bin`, pointHistograms(points, limits)),
    figure(
      'normal quantiles of each point: straight where normal',
      pointQuantilePlot(column, quantiles, limits),
    ),
  ];
}

function momentsTable(column: ColumnStatistics): HTMLElement {
  const show = withUnit(column.unit);
  const plain = (value: number) => value.toFixed(3).replace(/^-(0\.0*)$/, '$1');
  const estimates: [name: string, key: string, Estimate | undefined, (value: number) => string][] = [
    ['mean', 'mean', column.mean, show],
    ['sigma', 'sigma', column.sigma, show],
    ['skewness', 'skewness', column.skewness, plain],
    ['excess kurtosis', 'kurtosis', column.kurtosis, plain],
    ['Cpk', 'cpk', column.cpk, plain],
  ];
  const rows = estimates.flatMap(([name, key, estimate, format]) =>
    estimate ? [[name, format(estimate.value), between(estimate, format), column.methods[key] ?? '']] : [],
  );
  return table(['', 'estimate', `${percent(column.confidence, 0)} interval`, 'method'], rows);
}

function percentilesTable(column: ColumnStatistics): HTMLElement {
  const show = withUnit(column.unit);
  const rows = column.percentiles.map((entry) => [
    `${Number((entry.p * 100).toPrecision(6))} %`,
    show(entry.value),
    between(entry, show),
  ]);
  const filled = table(
    ['percentile', 'value', `${percent(column.confidence, 0)} interval`],
    [['minimum', show(column.min), ''], ...rows, ['maximum', show(column.max), '']],
  );
  filled.append(element('p', { class: 'note' }, column.methods['percentiles'] ?? ''));
  return filled;
}
