const PREFIXES = ['a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];
/** Without a unit the scale letters are SPICE's own, so that what is printed can be typed again. */
const SCALES = ['', 'f', 'p', 'n', 'u', 'm', '', 'k', 'meg', 'g', 't'];
const NO_PREFIX = new Set(['dB', '%', 'deg', '°', '°C', 'ppm', 'sigma']);

/**
 * A number for people, in engineering notation with at most `digits` significant digits:
 * `1.592 kHz`, `2.565 mV`, `-3.01 dB` (units that take no prefix keep plain figures), `1.592k` without a unit.
 */
export function formatNumber(value: number, unit = '', digits = 4): string {
  const tail = unit === '' ? '' : unit === '%' ? '%' : ` ${unit}`;
  if (Number.isNaN(value)) return `NaN${tail}`;
  if (!Number.isFinite(value)) return `${value < 0 ? '-' : ''}inf${tail}`;
  if (value === 0) return `${Object.is(value, -0) ? '-0' : '0'}${tail}`;
  const rounded = Number(value.toPrecision(digits));
  if (NO_PREFIX.has(unit) || /[\^²³]/.test(unit)) return `${plain(rounded)}${tail}`;
  const [mantissa, exponentText] = rounded.toExponential().split('e');
  const exponent = Number(exponentText);
  const step = Math.floor(exponent / 3);
  const names = unit === '' ? SCALES : PREFIXES;
  const name = names[step + 6];
  if (name === undefined || (name === '' && step !== 0)) return `${mantissa}e${exponent}${tail}`;
  const shifted = shiftPoint(mantissa!, exponent - 3 * step);
  return unit === '' ? `${shifted}${name}` : `${shifted} ${name}${unit}`;
}

/** Moves the point of `-d.ddd` to the right in the text itself, which keeps every digit as it is. */
function shiftPoint(mantissa: string, places: number): string {
  const [whole = '', fraction = ''] = mantissa.split('.');
  const rest = fraction.slice(places);
  return `${whole}${fraction.slice(0, places).padEnd(places, '0')}${rest === '' ? '' : `.${rest}`}`;
}

function plain(value: number): string {
  return String(value).replace('e+', 'e');
}
