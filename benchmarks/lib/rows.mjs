/**
 * One line of a benchmark's table.
 * @typedef {object} Row
 * @property {string} what
 * @property {string} value the median, with its unit
 * @property {string} [range] smallest and largest over the rounds
 * @property {number} [ratio] the figure that is judged, where one is wanted
 * @property {string} [ratioRange]
 * @property {{ sign: '>=' | '<=', than: number, unit?: string }} [wanted]
 *
 * @typedef {object} Benchmark
 * @property {string} name
 * @property {string} title what is compared with what
 * @property {() => string | undefined | Promise<string | undefined>} needs why it cannot run here
 * @property {(context: Context) => Promise<Row[]>} run
 *
 * @typedef {object} Context
 * @property {number} rounds how often everything is measured, interleaved
 * @property {string} folder an empty folder for what the benchmark writes
 * @property {(line: string) => void} tell
 */

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Three significant digits. @param {number} value */
export function figure(value) {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** @param {readonly number[]} values */
export const spread = (values) => `${figure(Math.min(...values))} .. ${figure(Math.max(...values))}`;

/**
 * A row of a measured quantity, without judgement.
 * @param {string} what @param {readonly number[]} values one per round @param {string} unit
 * @returns {Row}
 */
export const quantity = (what, values, unit) => ({
  what,
  value: `${figure(median(values))} ${unit}`,
  range: spread(values),
});

/**
 * A row of a quantity that must keep to a limit itself.
 * @param {string} what @param {readonly number[]} values @param {string} unit
 * @param {'>=' | '<='} sign @param {number} than
 * @returns {Row}
 */
export const limited = (what, values, unit, sign, than) => ({
  ...quantity(what, values, unit),
  ratio: median(values),
  ratioRange: spread(values),
  wanted: { sign, than, unit },
});

/**
 * A row of a ratio, taken round by round so that a slow spell of the machine falls on both.
 * @param {string} what @param {readonly number[]} above @param {readonly number[]} below
 * @param {'>=' | '<='} sign @param {number} [than] what is wanted, if anything
 * @returns {Row}
 */
export function compared(what, above, below, sign, than) {
  const ratios = above.map((value, round) => value / below[round]);
  return {
    what,
    value: `${figure(median(ratios))} x`,
    ratio: median(ratios),
    ratioRange: spread(ratios),
    range: spread(ratios),
    ...(than === undefined ? {} : { wanted: { sign, than, unit: 'x' } }),
  };
}

/** Whether a row keeps what was wanted; `undefined` where nothing was. @param {Row} row */
export function met({ ratio, wanted }) {
  if (ratio === undefined || wanted === undefined) return undefined;
  return wanted.sign === '>=' ? ratio >= wanted.than : ratio <= wanted.than;
}

/** @param {NonNullable<Row['wanted']>} wanted */
export const wish = ({ sign, than, unit = '' }) => `${sign} ${figure(than)}${unit === '' ? '' : ` ${unit}`}`;
