/** How a sample ended. The position in this list is the code in a table's `status`; the words stand in files and reports. */
export const STATUSES = [
  /** every measurement has a value */
  'ok',
  /** an analysis did not converge */
  'convergence',
  /** an analysis ended in another error, or its results are incomplete */
  'analysis',
  /** a measurement never fired or has no finite value; the others of the row are there */
  'measurement',
  /** the circuit of this sample was refused when it was loaded */
  'load',
  /** the sample ran into its time limit */
  'timeout',
  /** the sample took too much memory */
  'memory',
  /** the sample ended its worker, alone and again */
  'crashed',
] as const;
export type Status = (typeof STATUSES)[number];
export const OK = 0;
export const statusCode = (status: Status): number => STATUSES.indexOf(status);

/** The rows that an engine is asked for: row r is sample `samples[r]`. */
export interface Batch {
  readonly rows: number;
  readonly samples: Float64Array;
  /** Index into the plan's circuits, per row. */
  readonly circuits: Uint16Array;
  /** rows x variables, row-major. */
  readonly values: Float64Array;
}

/** One saved analysis of one row: real columns of equal length; a complex vector `v` becomes `re(v)` and `im(v)`. */
export interface Waveform {
  readonly row: number;
  readonly analysis: string;
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/** What an engine answers: one row per row of the batch, never fewer. */
export interface Table {
  readonly rows: number;
  /** One column per measurement of the plan, in its order; NaN where there is no value. */
  readonly columns: readonly Float64Array[];
  /** `STATUSES` codes per row. */
  readonly status: Uint8Array;
  /** Why, for rows that are not `ok`. */
  readonly messages: ReadonlyMap<number, string>;
  readonly waveforms: readonly Waveform[];
}
