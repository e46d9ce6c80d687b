/**
 * A double as decimal text that ngspice reads back as the same double. ngspice multiplies the digits, taken as a whole
 * number, by a power of ten: two roundings, so that the shortest text often comes back one unit in the last place off.
 * The text is chosen such that both that arithmetic and correct rounding give the value.
 * NaN and infinities, which no deck can hold, are printed as `nan` and `inf`, and ngspice refuses them.
 */
export function printExact(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const shortest = String(Math.abs(value));
  const sign = value < 0 ? '-' : '';
  if (readAsSimulator(shortest) === Math.abs(value)) return sign + shortest.replace('e+', 'e');
  return sign + (longer(Math.abs(value)) ?? shortest.replace('e+', 'e'));
}

/** Spellings with more digits give the simulator's two roundings more chances to cancel. */
function longer(value: number): string | undefined {
  for (let digits = 15; digits <= 24; digits++) {
    const text = value.toExponential(digits - 1);
    const found = nudge(text, value, digits);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Tries whole numbers of last digits around a spelling, as far as correct rounding leaves the value alone. */
function nudge(text: string, value: number, digits: number): string | undefined {
  const [mantissa = '', exponentText = '0'] = text.split('e');
  const whole = BigInt(mantissa.replace('.', ''));
  const exponent = Number(exponentText) - (digits - 1);
  const unit = 10n ** BigInt(Math.max(0, digits - 18));
  for (let step = 0; step <= 12; step++)
    for (const offset of step === 0 ? [0n] : [BigInt(step) * unit, BigInt(-step) * unit]) {
      const candidate = `${whole + offset}e${exponent}`;
      if (Number(candidate) === value && readAsSimulator(candidate) === value) return candidate;
    }
  return undefined;
}

const POWERS = Float64Array.from({ length: 700 }, (_, i) => Number(`1e${i - 350}`));

/** ngspice's own arithmetic on an unsigned decimal number without a scale letter. */
export function readAsSimulator(text: string): number {
  let mantissa = 0;
  let exponent = 0;
  let fraction = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) fraction = true;
    else if (code >= 48 && code <= 57) {
      mantissa = mantissa * 10 + (code - 48);
      if (fraction) exponent--;
    } else {
      exponent += Number(text.slice(i + 1));
      break;
    }
  }
  return mantissa * (POWERS[exponent + 350] ?? Number.NaN);
}
