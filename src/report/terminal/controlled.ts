import type { ControlledAnswer, ControlledEstimate } from '../answers.ts';
import { count, percentWithInterval, withInterval } from './numbers.ts';
import { cut, type Style } from './style.ts';
import { tableLines } from './table.ts';

/** The estimates that a linear control variate narrows, each with what it is worth in samples. */
export function controlledLines(controlled: ControlledAnswer, width: number, style: Style): string[] {
  const { statistics, yields, controls } = controlled;
  const level = Number((100 * controlled.confidence).toPrecision(6));
  const shown = (estimate: ControlledEstimate | undefined, show: (of: ControlledEstimate) => string) =>
    estimate ? `${show(estimate)}  ${style.dim(timesWords(estimate.ratio))}` : '';
  const names = [...statistics, ...yields].map(({ name }) => cut(name, 28));
  const blank = statistics.map(() => '');
  const columns = [
    { title: '', dropOrder: 0, align: 'left', cells: names },
    {
      title: 'mean',
      dropOrder: 0,
      align: 'right',
      cells: statistics.map(({ mean, unit }) => shown(mean, (of) => withInterval(of, unit, style))),
    },
    {
      title: 'sigma',
      dropOrder: 0,
      align: 'right',
      cells: statistics.map(({ sigma, unit }) => shown(sigma, (of) => withInterval(of, unit, style))),
    },
    {
      title: 'yield',
      dropOrder: 0,
      align: 'right',
      cells: [...blank, ...yields.map((entry) => shown(entry.yield, percentWithInterval))],
    },
  ] as const;
  const used = columns.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const title = `(${level} %; a linear model of ${count(controls)} scores of known mean takes up what it can)`;
  return [`${style.bold('With control variates')} ${style.dim(title)}`, ...tableLines(used, width, style)];
}

/** `(120x)`: so many times the samples would give the plain estimate this interval. */
const timesWords = (ratio: number): string =>
  ratio >= 1e6 ? '(over 1,000,000x)' : `(${count(Number(ratio.toPrecision(2)))}x)`;
