import type { SampleRange } from './part-layout.ts';

const DIGITS = 12;
const digits = (index: number): string => String(index).padStart(DIGITS, '0');

export const PARTS = 'parts/';
export const WAVEFORMS = 'waveforms/';

/** The one name of a part in a run's store: it is fixed by its range, so that writing it twice changes nothing. */
export const partKey = ({ start, end }: SampleRange): string =>
  `${PARTS}${digits(start)}-${digits(end)}.parquet`;
export const waveformKey = ({ start, end }: SampleRange): string =>
  `${WAVEFORMS}${digits(start)}-${digits(end)}.parquet`;
