/**
 * A double as decimal text that ngspice reads back as the same double. ngspice multiplies the digits, taken as a whole
 * number, by a power of ten: two roundings, so that the shortest text often comes back one unit in the last place off.
 * The text (`1592e-3`: without a point, since netlists and commands read fractions differently) is chosen such that
 * this arithmetic gives the value, and where possible correct rounding too.
 * NaN and infinities, which no deck can hold, are printed as `nan` and `inf`, and ngspice refuses them.
 */
export function printExact(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '0' : String(value);
  const magnitude = Math.abs(value);
  const [mantissa = '', exponent = '0'] = magnitude.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const shortest = spelling(digits, Number(exponent) - digits.length + 1);
  const text = readsBack(shortest, magnitude) ? shortest : (longer(magnitude, Number(exponent)) ?? shortest);
  return value < 0 ? `-${text}` : text;
}

const spelling = (digits: string, exponent: number) => (exponent === 0 ? digits : `${digits}e${exponent}`);

const NEIGHBOURS = [1, 1 + 2 ** -52, 1 - 2 ** -53, 1 + 2 ** -51, 1 - 2 ** -52];

/**
 * Looks for whole numbers near value / 10^e whose product with 10^e rounds to the value; each e gives the two roundings
 * another chance to cancel. One that is also correctly rounded is preferred.
 */
function longer(value: number, decade: number): string | undefined {
  let second: string | undefined;
  for (let digits = 16; digits <= 26; digits++) {
    const exponent = decade - digits + 1;
    const power = POWERS[exponent + 350];
    if (power === undefined || power === 0) break;
    for (const neighbour of NEIGHBOURS) {
      const whole = Math.round((value / power) * neighbour);
      if (whole * power !== value) continue;
      const candidate = spelling(String(BigInt(whole)), exponent);
      if (!readsBack(candidate, value)) continue;
      if (Number(candidate) === value) return candidate;
      second ??= candidate;
    }
  }
  return second;
}

const POWERS = Float64Array.from({ length: 700 }, (_, i) => Number(`1e${i - 350}`));

/** Whether both of ngspice's readers take a spelling for this value: that of netlists and that of commands. */
export function readsBack(text: string, value: number): boolean {
  let netlist = 0;
  let command = 0;
  let exponent = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 101) {
      exponent = Number(text.slice(i + 1));
      break;
    }
    // Beyond 2^53 it matters that the netlist reader adds the character before it subtracts that of 0.
    netlist = 10 * netlist + code - 48;
    command = 10 * command + (code - 48);
  }
  const power = POWERS[exponent + 350] ?? Number.NaN;
  return netlist * power === value && command * power === value;
}
