/** Plain columns for a terminal: numbers to the right, words to the left, two blanks between. */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, k) =>
    Math.max(heading.length, ...rows.map((row) => (row[k] ?? '').length)),
  );
  const numeric = headings.map(
    (_, k) => rows.length > 0 && rows.every((row) => /^[\d,.]*$/.test(row[k] ?? '')),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, k) => (numeric[k] ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!)))
      .join('  ')
      .trimEnd();
  return `${[headings, ...rows].map(line).join('\n')}\n`;
}
