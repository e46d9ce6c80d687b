import type { Line } from '../flatten.ts';
import { findCalls } from '../statistical.ts';
import { edited } from './edit.ts';

const LIMIT: ReadonlySet<string> = new Set(['limit']);
export const isClamp = (name: string, count: number): boolean => name === 'limit' && count === 3;

/** Voltages and currents: what the simulator computes while it simulates. */
export const RUNNING = /(?<![\w.])(?:[vi]\s*\(|time\b)/i;

/**
 * `limit(x, low, high)`, which is a clamp in LTspice, PSpice and ngspice's modes for them. ngspice's own mode draws
 * x ± high from it, silently (measured of 39.3). Calls of voltages and currents are left to the simulator.
 */
export function translateClamps(
  lines: readonly Line[],
  defined: ReadonlySet<string>,
  say: (line: Line, message: string) => void,
): Line[] {
  if (defined.has('limit')) return [...lines];
  return lines.map((line) => {
    if (!/limit/i.test(line.text)) return line;
    const clamps = findCalls(line.text, LIMIT).filter(
      ({ name, args }) => isClamp(name, args.length) && !args.some((arg) => RUNNING.test(arg)),
    );
    if (clamps.length === 0) return line;
    say(line, 'limit(x, low, high) is read as a clamp, where ngspice by itself draws x + high or x - high');
    const edits = clamps.map(({ start, end, args: [x, low, high] }) => ({
      start,
      end,
      text: `min(max(${x},min(${low},${high})),max(${low},${high}))`,
    }));
    return { ...line, text: edited(line.text, edits) };
  });
}
