import { SpiceLabError } from '../errors/index.ts';
import { parseExpression } from '../expression/index.ts';
import type { SpecSpec } from './schema.ts';
import { readConstant, shorten, splitComparisons, splitTop } from './text.ts';

const EXAMPLE = 'Write bw>1.4k, 1k<bw<2k, abs(vos)<5m or vos in [-5m, 5m].';

/**
 * Limits on a measurement or an expression: `bw>1.4k`, `1k<=bw<2k`, `abs(vos)<5m`, `vos in [-5m,5m]`, with a name of
 * one's own as in `speed: bw>1.4k`. Numbers may carry units (`1.4kHz`). The limit itself passes, with `<` as with `<=`.
 * @throws SpiceLabError SPEC_INVALID
 */
export function parseSpec(text: string): SpecSpec {
  const named = /^\s*([a-z_][\w .-]*?)\s*:\s*(.*)$/is.exec(text);
  const body = (named ? named[2]! : text).trim();
  const name = named ? named[1]! : body.replace(/\s+/g, ' ');
  const { expression, low, high } = readLimits(body);
  if (low !== undefined && high !== undefined && low > high)
    throw invalid(text, 'has its lower limit above its upper one');
  checkExpression(expression, text);
  return { name, expression, low, high };
}

type Limits = Pick<SpecSpec, 'expression' | 'low' | 'high'>;

/** The limits alone, of something named elsewhere: `>1.4k`, `<2k`, `[1k, 2k]`, `1k..2k`. */
export function parseLimits(expression: string, text: string): Limits {
  const range = /^\[(.*)\]$/s.exec(text.trim());
  if (range) return readInterval(expression, range[1]!, text);
  const side = /^([<>])=?(.*)$/s.exec(text.trim());
  if (!side) throw invalid(text, 'is no limit', `Write >1.4k, <2k or [1k, 2k].`);
  const value = limit(side[2]!, text);
  return side[1] === '<'
    ? { expression, low: undefined, high: value }
    : { expression, low: value, high: undefined };
}

function readLimits(text: string): Limits {
  const within = /^(.*\S)\s+in\s+\[(.*)\]$/is.exec(text);
  if (within) return readInterval(within[1]!, within[2]!, text);
  const { parts, operators } = splitComparisons(text);
  const [a = '', b = '', c = ''] = parts;
  if (operators.length === 1) return oneSided(a, operators[0]!, b, text);
  if (operators.length === 2 && parts.includes(''))
    throw invalid(text, 'has two signs side by side, or lacks a limit');
  if (operators.length === 2 && operators[0]![0] === operators[1]![0]) {
    const [low, high] = operators[0]![0] === '<' ? [a, c] : [c, a];
    return { expression: b, low: limit(low, text), high: limit(high, text) };
  }
  throw invalid(text, operators.length === 0 ? 'has no limit' : 'compares in ways that do not fit together');
}

function oneSided(left: string, operator: string, right: string, text: string): Limits {
  if (left === '' || right === '') throw invalid(text, 'lacks one of its sides');
  const rightIsLimit = readConstant(right) !== undefined;
  const expression = rightIsLimit ? left : right;
  const value = limit(rightIsLimit ? right : left, text);
  const below = operator.startsWith('<') === rightIsLimit;
  return below ? { expression, low: undefined, high: value } : { expression, low: value, high: undefined };
}

function readInterval(expression: string, inner: string, text: string): Limits {
  const bounds = splitTop(inner, ',');
  if (bounds.length !== 2) throw invalid(text, 'needs two limits in its brackets');
  return { expression: expression.trim(), low: limit(bounds[0]!, text), high: limit(bounds[1]!, text) };
}

function limit(text: string, whole: string): number {
  const value = readConstant(text);
  if (text === '') throw invalid(whole, 'lacks a limit');
  if (value === undefined) throw invalid(whole, `has the limit "${shorten(text)}", which is no number`);
  const mega = /^([-+\d.]+)\s*M(?:Hz|Ohm|Ω)$/.exec(text.trim());
  if (mega) {
    const remedy = `Write ${mega[1]}meg, or ${mega[1]}m if thousandths are meant.`;
    throw invalid(whole, `has the limit "${shorten(text)}", in which SPICE reads M as milli`, remedy);
  }
  return value;
}

function checkExpression(expression: string, text: string): void {
  if (expression === '') throw invalid(text, 'does not say what it limits');
  if (readConstant(expression) !== undefined) throw invalid(text, 'limits a constant');
  try {
    parseExpression(expression);
  } catch (cause) {
    if (!(cause instanceof SpiceLabError)) throw cause;
    throw new SpiceLabError(
      'SPEC_INVALID',
      `the spec "${shorten(text)}" is not understood: ${cause.message}`,
      {
        cause,
        remedy: cause.remedy ?? EXAMPLE,
      },
    );
  }
}

const invalid = (text: string, problem: string, remedy = EXAMPLE) =>
  new SpiceLabError('SPEC_INVALID', `the spec "${shorten(text.trim())}" ${problem}`, { remedy });
