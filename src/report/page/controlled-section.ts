import { formatNumber } from '../../expression/index.ts';
import type { ControlledEstimate } from '../answers.ts';
import type { ReportData } from '../data.ts';
import { element, section, table } from './dom.ts';

/** The estimates that a linear control variate narrows, beside which the plain ones stand in their own sections. */
export function controlledSection({ answers }: ReportData): HTMLElement | undefined {
  const { controlled } = answers.all;
  if (!controlled) return undefined;
  const { statistics, yields, controls, confidence } = controlled;
  const percent = (value: number) => `${(100 * value).toFixed(3)} %`;
  const rows = [
    ...statistics.flatMap(({ name, unit, mean, sigma }) => {
      const show = (value: number) => formatNumber(value, unit, 7);
      return [...row(name, 'mean', mean, show), ...row(name, 'sigma', sigma, show)];
    }),
    ...yields.flatMap(({ name, yield: share }) => row(name, 'yield', share, percent)),
  ];
  return section(
    'With control variates',
    table(
      ['', '', 'estimate', `${Number((100 * confidence).toPrecision(6))} % interval`, 'worth samples'],
      rows,
    ),
    element(
      'p',
      { class: 'note' },
      `The same samples, with a linear model of the ${controls} normal scores, whose means and covariances are known, taking up what it can (Lavenberg & Welch 1981). “Worth samples”: so many times the samples would give the plain estimate this interval.`,
    ),
  );
}

function row(
  name: string,
  what: string,
  estimate: ControlledEstimate | undefined,
  show: (value: number) => string,
): string[][] {
  if (!estimate) return [];
  const { value, low, high, ratio } = estimate;
  const times = ratio >= 1e6 ? 'over 1,000,000 ×' : `${Number(ratio.toPrecision(2)).toLocaleString('en')} ×`;
  return [[name, what, show(value), `${show(low)} … ${show(high)}`, times]];
}
