import type { Plot, Vector } from './types.ts';

/** A transient plot of functions of time; for tests. */
export function tran(times: Float64Array, curves: Readonly<Record<string, (t: number) => number>>): Plot {
  const vectors = new Map<string, Vector>([['time', { re: times }]]);
  for (const [name, curve] of Object.entries(curves)) vectors.set(name, { re: times.map(curve) });
  return { kind: 'tran', scale: 'time', vectors };
}

/** An ac plot of transfer functions of s = jω, given by their zeros' and poles' polynomial; for tests. */
export function ac(
  frequencies: Float64Array,
  curves: Readonly<Record<string, (f: number) => readonly [re: number, im: number]>>,
): Plot {
  const vectors = new Map<string, Vector>([['frequency', { re: frequencies }]]);
  for (const [name, curve] of Object.entries(curves)) {
    const values = [...frequencies].map(curve);
    vectors.set(name, {
      re: Float64Array.from(values, ([re]) => re),
      im: Float64Array.from(values, ([, im]) => im),
    });
  }
  return { kind: 'ac', scale: 'frequency', vectors };
}

export function linspace(from: number, to: number, points: number): Float64Array {
  return Float64Array.from({ length: points }, (_, k) => from + ((to - from) * k) / (points - 1));
}

export function logspace(from: number, to: number, points: number): Float64Array {
  return linspace(Math.log10(from), Math.log10(to), points).map((x) => 10 ** x);
}

/** gain / Π(1 + jf/pole), the gain of cascaded single poles. */
export function poles(gain: number, at: readonly number[]): (f: number) => readonly [number, number] {
  return (f) => {
    let size = gain;
    let angle = 0;
    for (const pole of at) {
      size /= Math.hypot(1, f / pole);
      angle -= Math.atan2(f, pole);
    }
    return [size * Math.cos(angle), size * Math.sin(angle)];
  };
}
