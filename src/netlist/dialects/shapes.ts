import { type Place, SpiceLabError } from '../../errors/index.ts';
import { readNumber } from '../../expression/index.ts';
import type { Shape, Shapes } from './tolerance.ts';

const DISTRIBUTION = /^\.distribution\s+([^\s(]+)\s*(.*)$/i;
const DEFAULT = /\bdistribution\s*=\s*([^\s,]+)/i;

/**
 * What a deck's `.DISTRIBUTION` lines and `.OPTIONS DISTRIBUTION=…` say.
 * @throws SpiceLabError DISTRIBUTION_INVALID
 */
export function readShapes(lines: readonly { text: string; place: Place }[]): Shapes {
  const named = new Map<string, Shape>([
    ['uniform', 'uniform'],
    ['gauss', 'gauss'],
  ]);
  for (const { text, place } of lines) {
    const [, name, corners] = DISTRIBUTION.exec(text) ?? [];
    if (name !== undefined) named.set(name.toLowerCase(), readCorners(name, corners ?? '', place));
  }
  let usual: Shape = 'uniform';
  for (const { text, place } of lines) {
    const wanted = /^\.opt/i.test(text) ? DEFAULT.exec(text)?.[1] : undefined;
    if (wanted === undefined) continue;
    const shape = named.get(wanted.toLowerCase());
    if (!shape) {
      throw new SpiceLabError('DISTRIBUTION_INVALID', `there is no distribution "${wanted}"`, {
        place,
        remedy: `Write one of ${[...named.keys()].join(', ')}, or define it with .DISTRIBUTION.`,
      });
    }
    usual = shape;
  }
  return { named, usual };
}

/** `.OPTIONS` without the default distribution, which no simulator here knows; `undefined` where nothing else is in it. */
export function withoutDefault(text: string): string | undefined {
  const rest = text.replace(DEFAULT, '').trim();
  return /^\.\w+$/.test(rest) ? undefined : rest;
}

function readCorners(name: string, text: string, place: Place): number[] {
  const numbers = text
    .split(/[\s(),]+/)
    .filter((word) => word !== '')
    .map((word) => readNumber(word)?.value);
  const wrong = whatIsWrong(numbers);
  if (wrong === undefined) return numbers as number[];
  throw new SpiceLabError('DISTRIBUTION_INVALID', `the distribution ${name} ${wrong}`, {
    place,
    remedy:
      'Write pairs of a deviation from -1 to 1, never falling, and its density: .DISTRIBUTION tent (-1,0) (0,1) (1,0).',
  });
}

function whatIsWrong(numbers: readonly (number | undefined)[]): string | undefined {
  if (numbers.length < 4 || numbers.length % 2 !== 0) return 'is not made of two pairs or more';
  let area = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    const [x, y, before = -1, density = 0] = [numbers[i], numbers[i + 1], numbers[i - 2], numbers[i - 1]];
    if (x === undefined || y === undefined) return 'has a word in it that is no number';
    if (Math.abs(x) > 1) return `has a deviation of ${x}`;
    if (y < 0) return `has a density of ${y}`;
    if (x < before) return `falls back to a deviation of ${x}`;
    if (i > 0) area += (x - before) * (y + density);
  }
  return area > 0 ? undefined : 'has no area';
}
