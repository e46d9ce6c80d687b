import { scalar } from './arithmetic.ts';
import { crossings, EDGES, type Edge, edgeOf, findCrossing, rangeOf, wordsOf } from './crossings.ts';
import type { Call, UnitRule, VectorFunction } from './function.ts';
import { NoValue } from './types.ts';
import { type Curve, curveOf, numberOf, WINDOW } from './window.ts';

interface Shape {
  readonly name: string;
  readonly parameters: string;
  readonly summary: string;
  readonly unit: UnitRule;
  readonly least: number;
  readonly most: number;
  readonly named: readonly string[];
  readonly transient: boolean;
  readonly measure: (call: Call) => number;
}

function define({ name, parameters, transient, measure, ...rest }: Shape): VectorFunction {
  return {
    ...rest,
    name,
    signature: `${name}(${parameters})`,
    result: 'scalar',
    hint: transient ? 'tran' : undefined,
    apply: (call) => scalar(measure(call)),
  };
}

function when(call: Call): number {
  return findCrossing(curveOf(call), numberOf(call, 1)!, edgeOf(call), wordsOf(call));
}

function delay(call: Call): number {
  const from = findCrossing(curveOf(call, 0), numberOf(call, 1)!, edgeOf(call, '_a'), wordsOf(call, 0));
  const to = findCrossing(curveOf(call, 2), numberOf(call, 3)!, edgeOf(call, '_b'), wordsOf(call, 2));
  return to - from;
}

interface Swing {
  readonly base: number;
  readonly top: number;
}

/** The levels that percentages refer to: `base=`/`top=`, or the extremes of the curve. */
function swingOf(call: Call, { y }: Curve): Swing {
  const base = call.named['base'] ?? y.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const top = call.named['top'] ?? y.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (top > base) return { base, top };
  throw new NoValue(`${call.texts[0]} does not move (it ${rangeOf({ x: y, y }, call.units[0]!)})`);
}

/** Time between the two levels on the edge asked for: the last passage of the near level before the far one is met. */
function edgeTime(call: Call, direction: 'rise' | 'fall'): number {
  const curve = curveOf(call);
  const { base, top } = swingOf(call, curve);
  const low = base + (numberOf(call, 1) ?? 0.1) * (top - base);
  const high = base + (numberOf(call, 2) ?? 0.9) * (top - base);
  const [near, far] = direction === 'rise' ? [low, high] : [high, low];
  const count = call.named['edge'] ?? 1;
  const edges: number[] = [];
  const starts = crossings(curve, near, direction);
  let before = Number.NEGATIVE_INFINITY;
  for (const end of crossings(curve, far, direction)) {
    // wiggles about the far level belong to the same edge
    const start = starts.findLast((x) => x <= end);
    if (start === undefined || start <= before) continue;
    edges.push(end - start);
    before = end;
  }
  const time = count === Number.POSITIVE_INFINITY ? edges.at(-1) : edges[count - 1];
  if (time !== undefined) return time;
  const edge: Edge = { direction, count: edges.length + 1 };
  findCrossing(curve, near, edge, wordsOf(call));
  findCrossing(curve, far, edge, wordsOf(call));
  throw new NoValue(`${call.texts[0]} has only ${edges.length} complete ${direction} edges, not ${count}`);
}

function slew(call: Call): number {
  const curve = curveOf(call);
  const { base, top } = swingOf(call, curve);
  const share = (numberOf(call, 2) ?? 0.9) - (numberOf(call, 1) ?? 0.1);
  const falling = curve.y[0]! - base > top - curve.y[0]!;
  return (share * (top - base)) / edgeTime(call, falling ? 'fall' : 'rise');
}

interface Step {
  readonly initial: number;
  readonly final: number;
}

function stepOf(call: Call, { y }: Curve): Step {
  const initial = call.named['initial'] ?? y[0]!;
  const final = call.named['final'] ?? y.at(-1)!;
  if (final !== initial) return { initial, final };
  throw new NoValue(`${call.texts[0]} ends where it starts: there is no step to measure`);
}

function settling(call: Call): number {
  const curve = curveOf(call);
  const { x, y } = curve;
  const { initial, final } = stepOf(call, curve);
  const band = Math.abs((numberOf(call, 1) ?? 0.01) * (final - initial));
  const distance = { x, y: y.map((value) => Math.abs(value - final)) };
  if (!(distance.y.at(-1)! <= band))
    throw new NoValue(`${call.texts[0]} does not settle (it ends outside the band about its final value)`);
  const last = distance.y.findLastIndex((value) => value > band);
  if (last < 0) return 0;
  // the crossing of the curve itself, since its distance has a corner at the final value
  const edge = y[last]! > final ? final + band : final - band;
  const piece = { x: x.subarray(last, last + 2), y: y.subarray(last, last + 2) };
  return (crossings(piece, edge, 'cross')[0] ?? x[last]!) - x[0]!;
}

function overshoot(call: Call): number {
  const curve = curveOf(call);
  const { initial, final } = stepOf(call, curve);
  const most = curve.y.reduce((a, b) => Math.max(a, (b - final) / (final - initial)), 0);
  return most;
}

/** Rising crossings of the middle (or `level=`), at least two. */
function cycles(call: Call): { curve: Curve; level: number; starts: number[] } {
  const curve = curveOf(call);
  const given = numberOf(call, 1);
  const { base, top } = given === undefined ? swingOf(call, curve) : { base: given, top: given };
  const level = (base + top) / 2;
  const starts = crossings(curve, level, 'rise');
  if (starts.length >= 2) return { curve, level, starts };
  findCrossing(curve, level, { direction: 'rise', count: 2 }, wordsOf(call));
  throw new NoValue(`${call.texts[0]} has no complete period`);
}

function period(call: Call): number {
  const { starts } = cycles(call);
  return (starts.at(-1)! - starts[0]!) / (starts.length - 1);
}

function duty(call: Call): number {
  const { curve, level, starts } = cycles(call);
  const falls = crossings(curve, level, 'fall');
  let high = 0;
  for (let k = 0; k + 1 < starts.length; k++)
    high += (falls.find((x) => x > starts[k]!) ?? starts[k + 1]!) - starts[k]!;
  return high / (starts.at(-1)! - starts[0]!);
}

const LEVELS = ['base', 'top', 'edge', ...WINDOW];
const PERIODIC = {
  parameters: 'expr, [level], [from=, to=]',
  least: 1,
  most: 2,
  named: WINDOW,
  transient: true,
};
const STEP = ['initial', 'final', ...WINDOW];

/** Crossings, edges, steps and periods. */
export const TIMING: readonly VectorFunction[] = [
  define({
    name: 'when',
    parameters: 'expr, level, [rise=|fall=|cross= n or last], [from=, to=]',
    summary: 'Where on the scale the expression meets the level; without an edge the first time, either way.',
    unit: 'of the scale',
    least: 2,
    most: 2,
    named: [...EDGES, ...WINDOW],
    transient: false,
    measure: when,
  }),
  define({
    name: 'cross',
    parameters: 'expr, level, [rise=|fall=|cross= n or last], [from=, to=]',
    summary: 'As when.',
    unit: 'of the scale',
    least: 2,
    most: 2,
    named: [...EDGES, ...WINDOW],
    transient: false,
    measure: when,
  }),
  define({
    name: 'delay',
    parameters: 'a, levelA, b, levelB, [rise_a=|fall_a=|cross_a=], [rise_b=|fall_b=|cross_b=], [from=, to=]',
    summary: 'From where a meets levelA to where b meets levelB; each counts its own edges from the start.',
    unit: 'of the scale',
    least: 4,
    most: 4,
    named: [...EDGES.flatMap((edge) => [`${edge}_a`, `${edge}_b`]), ...WINDOW],
    transient: false,
    measure: delay,
  }),
  define({
    name: 'rise',
    parameters: 'expr, [low=10%, high=90%], [base=, top=], [edge= n or last], [from=, to=]',
    summary: 'Rise time between two shares of the swing from base (the minimum) to top (the maximum).',
    unit: 'of the scale',
    least: 1,
    most: 3,
    named: LEVELS,
    transient: true,
    measure: (call) => edgeTime(call, 'rise'),
  }),
  define({
    name: 'fall',
    parameters: 'expr, [low=10%, high=90%], [base=, top=], [edge= n or last], [from=, to=]',
    summary: 'Fall time between two shares of the swing, from the high one to the low one.',
    unit: 'of the scale',
    least: 1,
    most: 3,
    named: LEVELS,
    transient: true,
    measure: (call) => edgeTime(call, 'fall'),
  }),
  define({
    name: 'slew',
    parameters: 'expr, [low=10%, high=90%], [base=, top=], [edge= n or last], [from=, to=]',
    summary: 'Slew rate between two shares of the swing, on the edge away from where the curve starts.',
    unit: 'argument per scale',
    least: 1,
    most: 3,
    named: LEVELS,
    transient: true,
    measure: slew,
  }),
  define({
    name: 'settling',
    parameters: 'expr, [tolerance=1%], [initial=, final=], [from=, to=]',
    summary:
      'Time after from (the start) from which it stays within tolerance of the step about its final (last) value.',
    unit: 'of the scale',
    least: 1,
    most: 2,
    named: STEP,
    transient: true,
    measure: settling,
  }),
  define({
    name: 'overshoot',
    parameters: 'expr, [initial=, final=], [from=, to=]',
    summary: 'Excursion beyond the final (last) value as a share of the step: 0.1 is 10 %.',
    unit: 'none',
    least: 1,
    most: 1,
    named: STEP,
    transient: true,
    measure: overshoot,
  }),
  define({
    ...PERIODIC,
    name: 'period',
    summary: 'Mean time between rising crossings of level (the middle of the swing).',
    unit: 'of the scale',
    measure: period,
  }),
  define({
    ...PERIODIC,
    name: 'frequency',
    summary: 'One by period.',
    unit: 'Hz',
    measure: (call) => 1 / period(call),
  }),
  define({
    ...PERIODIC,
    name: 'duty',
    summary: 'Share of whole periods spent above level (the middle of the swing).',
    unit: 'none',
    measure: duty,
  }),
];
