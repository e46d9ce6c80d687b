import { met, wish } from './rows.mjs';

/** @param {import('./rows.mjs').Row} row */
const cells = (row) => [
  row.what,
  row.value,
  row.range ?? '',
  row.wanted ? wish(row.wanted) : '',
  verdict(row),
];

const HEADER = ['', 'median', 'range', 'wanted', ''];

/** @param {import('./rows.mjs').Row} row */
function verdict(row) {
  const kept = met(row);
  return kept === undefined ? '' : kept ? 'met' : 'MISSED';
}

/** Columns in line, for a terminal. @param {readonly import('./rows.mjs').Row[]} rows */
export function plainTable(rows) {
  const lines = [HEADER, ...rows.map(cells)];
  const widths = HEADER.map((_, k) => Math.max(...lines.map((line) => line[k].length)));
  return lines
    .map((line) =>
      line.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

/** @param {readonly import('./rows.mjs').Row[]} rows */
export function markdownTable(rows) {
  const line = (/** @type {readonly string[]} */ entries) => `| ${entries.join(' | ')} |`;
  return [line(HEADER), '| --- | ---: | ---: | ---: | --- |', ...rows.map((row) => line(cells(row)))].join(
    '\n',
  );
}
