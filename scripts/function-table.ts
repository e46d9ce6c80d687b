import { FUNCTIONS, type FunctionDescription } from '../src/waveform/index.ts';

const BEGIN = '<!-- functions, written by npm run generate -->';
const END = '<!-- end of functions -->';

/** The functions of the measurement language as a Markdown table, in the order of the catalogue. */
export function functionTable(functions: readonly FunctionDescription[] = FUNCTIONS): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const row = ({ signature, summary, unit }: FunctionDescription) =>
    `| \`${cell(signature)}\` | ${cell(summary)} | ${unit === 'none' ? '' : unit} |`;
  return ['| function | gives | unit |', '| --- | --- | --- |', ...functions.map(row)].join('\n');
}

/** A page with the table between its two marks replaced by the current one. @throws Error where the marks are missing */
export function withFunctionTable(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page has no "${BEGIN}" before "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${functionTable()}\n\n${page.slice(end)}`;
}
