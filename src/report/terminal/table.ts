import { padEnd, padStart, type Style, widthOf } from './style.ts';

export interface TableColumn {
  readonly title: string;
  readonly cells: readonly string[];
  readonly align: 'left' | 'right';
  /** Columns with the highest number go first when there is no room; 0 stays. */
  readonly dropOrder: number;
}

const GAP = '  ';

/** Lines of a table that leaves out columns until it fits into `width`; columns without any content are left out too. */
export function tableLines(columns: readonly TableColumn[], width: number, style: Style): string[] {
  // What is laid out is what will be printed: without colour some characters become several.
  const printed = columns.map((column) => ({
    ...column,
    title: style.finish(column.title),
    cells: column.cells.map(style.finish),
  }));
  let shown = printed.filter(
    ({ cells, dropOrder }) => dropOrder === 0 || cells.some((cell) => cell !== '' && cell !== '-'),
  );
  while (totalWidth(shown) > width) {
    const next = shown.reduce((most, column) => (column.dropOrder > most.dropOrder ? column : most));
    if (next.dropOrder === 0) break;
    shown = shown.filter((column) => column !== next);
  }
  const rows = Math.max(0, ...shown.map(({ cells }) => cells.length));
  const line = (cellOf: (column: TableColumn) => string): string =>
    `${GAP}${shown.map((column) => (column.align === 'left' ? padEnd : padStart)(cellOf(column), columnWidth(column))).join(GAP)}`.trimEnd();
  return [
    style.dim(line(({ title }) => title)),
    ...Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row] ?? '')),
  ];
}

function columnWidth({ title, cells }: TableColumn): number {
  return Math.max(widthOf(title), ...cells.map(widthOf));
}

function totalWidth(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column) + GAP.length, 0);
}
