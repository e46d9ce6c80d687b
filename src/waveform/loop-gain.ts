import { scalar } from './arithmetic.ts';
import { type CrossingWords, findCrossing } from './crossings.ts';
import { decibel, unwrappedPhase } from './elementwise.ts';
import type { Call, UnitRule, VectorFunction } from './function.ts';
import { NoValue } from './types.ts';
import { type Curve, curveOf, numberOf, scaleOf, valueAt } from './window.ts';

/** Half the power. */
const HALF_POWER = 10 * Math.log10(2);
const FALL: { direction: 'fall'; count: number } = { direction: 'fall', count: 1 };

/** The argument in decibels; one whose unit is dB already (`vdb(out)`) is taken as it is. */
function gainCurve(call: Call): Curve {
  const argument = call.args[0]!;
  const y = call.units[0] === 'dB' ? argument : decibel(argument);
  return curveOf({ ...call, args: [y] });
}

function gainWords(call: Call): CrossingWords {
  const text = call.texts[0]!;
  return { text: call.units[0] === 'dB' ? text : `db(${text})`, unit: 'dB' };
}

function bandwidth(call: Call): number {
  const curve = gainCurve(call);
  const drop = numberOf(call, 1) ?? HALF_POWER;
  const words = gainWords(call);
  if (call.named['ref'] !== 1) return findCrossing(curve, curve.y[0]! - drop, FALL, words);
  const peak = curve.y.reduce((best, value, k) => (value > curve.y[best]! ? k : best), 0);
  const level = curve.y[peak]! - drop;
  const above = { x: curve.x.subarray(peak), y: curve.y.subarray(peak) };
  const below = { x: curve.x.subarray(0, peak + 1), y: curve.y.subarray(0, peak + 1) };
  const upper = findCrossing(above, level, FALL, words);
  const lower = findCrossing(below, level, { direction: 'rise', count: Number.POSITIVE_INFINITY }, words);
  return upper - lower;
}

function unityGain(call: Call): number {
  return findCrossing(gainCurve(call), 0, FALL, gainWords(call));
}

/**
 * Unwrapped phase in degrees, taken relative to the sign of the gain: an inverting output (low-frequency phase nearer
 * to 180 than to 0, lag of up to 135 allowed for) starts at 0 as well. So the critical phase is always -180.
 */
function loopPhase(call: Call): Curve {
  const argument = call.args[0]!;
  if (!argument.im)
    throw new NoValue(`${call.texts[0]} is not complex: give the gain itself, not its decibels`);
  const { re } = unwrappedPhase(argument);
  const start = re[0]!;
  const sign = start > 45 ? 180 : start <= -135 ? -180 : 0;
  return curveOf({ ...call, args: [{ re: re.map((degrees) => degrees - sign) }] });
}

function phaseMargin(call: Call): number {
  const { x, y } = loopPhase(call);
  const unity = unityGain(call);
  return 180 + valueAt(x, { re: y }, unity)!.re[0]!;
}

function gainMargin(call: Call): number {
  const text = `the phase of ${call.texts[0]}`;
  const critical = findCrossing(loopPhase(call), -180, FALL, { text, unit: 'deg' });
  const { x, y } = gainCurve(call);
  return -valueAt(x, { re: y }, critical)!.re[0]!;
}

function define(
  name: string,
  summary: string,
  unit: UnitRule,
  measure: (call: Call) => number,
): VectorFunction {
  return {
    name,
    signature: `${name}(expr)`,
    summary,
    unit,
    least: 1,
    most: 1,
    named: [],
    result: 'scalar',
    hint: 'ac',
    apply: (call) => {
      scaleOf(call.plot, `${name}(…)`);
      return scalar(measure(call));
    },
  };
}

/** Gain against frequency: bandwidth and margins. The argument is complex, or in dB (`vdb(out)`) where phase is not needed. */
export const LOOP_GAIN: readonly VectorFunction[] = [
  {
    ...define('bandwidth', '', 'Hz', bandwidth),
    signature: 'bandwidth(expr, [drop=3.0103], [ref=dc|peak])',
    summary:
      'Frequency at which the gain has fallen by drop dB (half the power) from its low-frequency value; with ref=peak the width of the band about the peak.',
    most: 2,
    named: ['ref'],
  },
  define('gain', 'Gain in dB at the lowest frequency.', 'dB', (call) => gainCurve(call).y[0]!),
  define('unity_gain', 'Frequency at which the gain falls through 0 dB.', 'Hz', unityGain),
  define(
    'phase_margin',
    'Degrees left to -180 at the unity-gain frequency; an inverting output counts as its negative.',
    'deg',
    phaseMargin,
  ),
  define(
    'gain_margin',
    'dB by which the gain is below 0 dB where the phase falls through -180.',
    'dB',
    gainMargin,
  ),
];
