import type { FailureAnswer, FailureRegion, FailureStatistics } from '../answers.ts';
import { intervalWords, placeWords, probabilityWords, shareWords, sigmaWords } from '../failure-words.ts';
import { count, counted } from './numbers.ts';
import { cut, type Style, widthOf } from './style.ts';
import { tableLines } from './table.ts';

/** How probable failing is, where it fails, and what speaks against the figures. */
export function failureLines(failure: FailureAnswer, width: number, style: Style): string[] {
  const { confidence, searched, sampled, specs, regions, warnings } = failure;
  const level = Number((100 * confidence).toPrecision(6));
  const from = `${count(searched)} simulations to search, ${count(sampled)} to estimate`;
  const column = (title: string, dropOrder: number, of: (spec: FailureStatistics) => string) => ({
    title,
    dropOrder,
    align: 'right' as const,
    cells: specs.map(of),
  });
  const columns = [
    { ...column('', 0, ({ name }) => cut(name, 32)), align: 'left' as const },
    column('failure probability', 0, ({ failuresIgnored: { probability } }) =>
      intervalWords(probability, probabilityWords),
    ),
    column('sigma level', 0, ({ failuresIgnored: { sigma } }) => intervalWords(sigma, sigmaWords)),
    column('std. error', 1, ({ failuresIgnored: { relativeError } }) => shareWords(relativeError)),
    column('failing', 2, ({ failuresIgnored: { failing, of } }) => `${count(failing)} of ${count(of)}`),
    column('effective', 3, ({ failuresIgnored: { effective } }) => count(Math.round(effective))),
  ];
  return [
    `${style.bold('Failure')} ${style.dim(`(${level} % interval; importance sampling, ${from})`)}`,
    ...tableLines(columns, width, style),
    ...regions.flatMap((region) => flowed(regionText(region), width, '  ', '    ')),
    ...warnings.flatMap((warning) => flowed(warning, width, style.bad('! '), '  ')),
  ];
}

function regionText(region: FailureRegion): string {
  const { distance, rows, share } = region;
  const part = `${counted(rows, 'failing sample')}, ${shareWords(share)} of the probability`;
  return `fails ${distance.toFixed(2)} sigma out (${part}): ${placeWords(region)}`;
}

/** Words on as many lines as they need. */
function flowed(text: string, width: number, first: string, others: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && widthOf(line) + 1 + word.length > width) {
      lines.push(line);
      line = others;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
