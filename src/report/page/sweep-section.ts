import { formatNumber } from '../../expression/index.ts';
import type { ReportData } from '../data.ts';
import type { SweepFamily } from '../sweeps.ts';
import { sweepPlot } from './curves.ts';
import { element, figure, section, table } from './dom.ts';

/** More rows than this are better read in a file. */
const MOST_ROWS = 100;

/** Every measurement over the longest axis: curves and, where they are few, the numbers. */
export function sweepSection({ sweeps, random }: ReportData): HTMLElement | undefined {
  if (sweeps.length === 0) return undefined;
  const drawings = sweeps.map((family) =>
    figure(
      `${family.measurement} over ${family.axis}${random ? ': mean and one sigma' : ''}`,
      sweepPlot(family),
    ),
  );
  return section(
    random ? 'Over the points' : 'Sweep',
    element('div', { class: 'pair' }, ...drawings),
    numbers(sweeps, random),
  );
}

function numbers(sweeps: readonly SweepFamily[], random: boolean): HTMLElement | undefined {
  const [first] = sweeps;
  if (!first || first.x.length * first.curves.length > MOST_ROWS) return undefined;
  const several = first.curves.length > 1;
  const rows = first.curves.flatMap(({ label }, curve) =>
    first.x.map((x, k) => [
      first.labels?.[k] ?? formatNumber(x, first.axisUnit),
      ...(several ? [label] : []),
      ...sweeps.map(({ curves, unit }) => {
        const { mean, sigma } = curves[curve]!;
        const spread = sigma?.[k];
        const value = formatNumber(mean[k] ?? Number.NaN, unit);
        return spread == null ? value : `${value} (σ ${formatNumber(spread, unit, 3)})`;
      }),
    ]),
  );
  const headings = [first.axis, ...(several ? ['at'] : []), ...sweeps.map(({ measurement }) => measurement)];
  return element(
    'details',
    random || rows.length > 20 ? {} : { open: '' },
    element('summary', {}, 'the numbers'),
    table(headings, rows),
  );
}
