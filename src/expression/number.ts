import { SpiceLabError } from '../errors/index.ts';

/** A SPICE number: `10uF` is value 1e-5 (prefix applied) and unit `F`; unit is '' when there is none. */
export interface SpiceNumber {
  readonly value: number;
  readonly unit: string;
}

/** A number, or a share of something else (`relative`: 0.01 is 1 %). */
export interface RelativeNumber {
  readonly amount: number;
  readonly relative: boolean;
}

/** Decimal exponents of ngspice's scale letters; case does not matter, so `M` is milli and `MEG` is mega. */
const EXPONENTS: Readonly<Record<string, number>> = {
  t: 12,
  g: 9,
  k: 3,
  m: -3,
  u: -6,
  µ: -6,
  μ: -6,
  n: -9,
  p: -12,
  f: -15,
};

const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:e([+-]?\d+))?([a-zµμΩ°%]*)$/i;

/** What the letters after a number mean: `value * 10^exponent * factor`, in `unit`. */
export interface Suffix {
  readonly exponent: number;
  readonly factor: number;
  readonly unit: string;
}

/** The suffix of a literal within an expression, by the rules of ngspice's numparam, where `1mil` is 1e-3. */
export function readLiteralSuffix(suffix: string): Suffix {
  if (/^meg/i.test(suffix)) return { exponent: 6, factor: 1, unit: suffix.slice(3) };
  // ngspice 39 knows no atto, 45 reads even 3A as 3e-18: here a lone `a` is amperes, and atto has a unit after it
  if (/^a[fhvasw]/i.test(suffix)) return { exponent: -18, factor: 1, unit: suffix.slice(1) };
  const exponent = EXPONENTS[suffix.slice(0, 1).toLowerCase()];
  return exponent === undefined
    ? { exponent: 0, factor: 1, unit: suffix }
    : { exponent, factor: 1, unit: suffix.slice(1) };
}

/** The suffix of a bare number, as ngspice reads it on an instance line: `mil` is 25.4e-6. */
function readSuffix(suffix: string): Suffix {
  if (/^mil/i.test(suffix)) return { exponent: -6, factor: 25.4, unit: suffix.slice(3) };
  return readLiteralSuffix(suffix);
}

/** Correctly rounded `mantissa * 10^exponent`, so that `10u` is the same double as `10e-6`. */
export function scaleDecimal(mantissa: string, exponent: number): number {
  return Number(`${mantissa}e${exponent}`);
}

/**
 * Reads a SPICE number (`1k`, `1MEG`, `10uF`, `1.5e-3`, `5mil`); `undefined` when the text is none.
 * Letters after the scale letter are the unit. Unlike ngspice, digits after letters (`1k2`) are not a number.
 */
export function readNumber(text: string): SpiceNumber | undefined {
  const match = NUMBER.exec(text.trim());
  if (!match) return undefined;
  const [, mantissa = '', exponentText, suffix = ''] = match;
  if (suffix.includes('%')) return undefined;
  const { exponent, factor, unit } = readSuffix(suffix);
  const value = scaleDecimal(mantissa, Number(exponentText ?? 0) + exponent) * factor;
  return Number.isFinite(value) ? { value, unit } : undefined;
}

/** As `readNumber`, the value alone. @throws SpiceLabError NUMBER_SYNTAX */
export function parseNumber(text: string): number {
  const number = readNumber(text);
  if (number) return number.value;
  throw new SpiceLabError('NUMBER_SYNTAX', `"${shorten(text)}" is not a number`, {
    remedy: 'Write a SPICE number such as 1.5e-3, 1k, 10u or 1meg (m is milli, meg is mega).',
  });
}

/** Reads `1%` (relative 0.01), `200ppm` (relative 2e-4) or a SPICE number; `undefined` when the text is none. */
export function readQuantity(text: string): RelativeNumber | undefined {
  const share = /^(.*?)\s*(%|ppm)$/i.exec(text.trim());
  if (!share) {
    const number = readNumber(text);
    return number && { amount: number.value, relative: false };
  }
  const match = NUMBER.exec(share[1]!);
  if (!match || match[3]) return undefined;
  const exponent = Number(match[2] ?? 0) + (share[2] === '%' ? -2 : -6);
  const amount = scaleDecimal(match[1]!, exponent);
  return Number.isFinite(amount) ? { amount, relative: true } : undefined;
}

/** A piece of the user's text that is short enough for a message. */
export function shorten(text: string, most = 60): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
