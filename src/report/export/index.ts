import { nearestNames, SpiceLabError } from '../../errors/index.ts';
import { arrow } from './arrow.ts';
import { parquet } from './parquet.ts';
import type { ExportTable } from './table.ts';
import { csv, json } from './text.ts';

export { rawWaveforms } from './raw.ts';
export { type ExportColumn, type ExportTable, sampleTable, waveformTable } from './table.ts';
export { tuneTable } from './tuning.ts';

/** Format name -> bytes of a table, piece by piece. */
export const EXPORT_FORMATS: Readonly<Record<string, (table: ExportTable) => AsyncIterable<Uint8Array>>> = {
  csv,
  json,
  parquet,
  arrow,
};

/** @throws SpiceLabError OPTION_INVALID for a format that is not known. */
export function exportTable(table: ExportTable, format: string): AsyncIterable<Uint8Array> {
  const write = Object.hasOwn(EXPORT_FORMATS, format) ? EXPORT_FORMATS[format] : undefined;
  if (!write) {
    const [nearest] = nearestNames(format, Object.keys(EXPORT_FORMATS));
    throw new SpiceLabError('OPTION_INVALID', `there is no export format "${format}"`, {
      remedy: `Formats: ${Object.keys(EXPORT_FORMATS).join(', ')}.${nearest ? ` Did you mean ${nearest}?` : ''}`,
    });
  }
  return write(table);
}
