import type { AnalysisKind } from './analyses.ts';

const CURVE = String.raw`(par\((?:'[^']*'|"[^"]*")\)|'[^']*'|[^\s=]+)`;
const VALUE = String.raw`('[^']*'|\{[^{}]*\}|\S+?)`;
const EDGE = String.raw`(?:\s+(rise|fall|cross)=(\d+|last))?`;
const WHOLE = new RegExp(
  String.raw`^(max|min|max_at|min_at|avg|rms|pp|integ|integral)\s+${CURVE}((?:\s+(?:from|to)=${VALUE})*)$`,
  'i',
);
const WINDOW = /\s+(from|to)=('[^']*'|\{[^{}]*\}|\S+)/gi;
const AT = new RegExp(String.raw`^(find|deriv|derivative)\s+${CURVE}\s+at=${VALUE}$`, 'i');
const CROSSING = String.raw`${CURVE}(?:=|\s+val=)${VALUE}${EDGE}`;
const WHEN = new RegExp(String.raw`^(?:(find|deriv|derivative)\s+${CURVE}\s+)?when\s+${CROSSING}$`, 'i');
const TRIG_TARG = new RegExp(String.raw`^trig\s+${CROSSING}\s+targ\s+${CROSSING}$`, 'i');
const POINT = new RegExp(String.raw`^(?:find|max|min|avg)\s+${CURVE}$`, 'i');

const QUOTED = /'[^']*'|"[^"]*"|\{[^{}]*\}/g;
/** What the `meas` command reads as one vector. */
const READ = /(?<![\w@.])[vi](?:db|ph|[pmri])?\s*\([^()]*\)|@[^\s[\]()]+\[[^\s[\]]+\]/gi;
const FUNCTION = /[a-z_]\w*\s*\(/i;
const ARITHMETIC = /[-+*/^]\s*§|§\s*[-+*/^]|=\s*-?(?:[a-z_]\w*|[\d.]+[a-z]*)\s*[*/^]|=\s*[a-z_]\w*\s*[-+]/i;
/** Functions whose values are real, also of a complex argument. */
const REAL = /\b(?:mag|abs|db|ph|phase|cph|re|real|im|imag)\((?:[^()]|\([^()]*\))*\)/gi;

/** Analyses that ngspice's `meas` command takes. */
const MEASURABLE: ReadonlySet<AnalysisKind> = new Set(['tran', 'dc', 'ac']);

/**
 * Whether a `.meas` line asks for what ngspice's `meas` command does not have: an analysis such as op, `par('…')`, `deriv`
 * (which always fails), functions of vectors and arithmetic with them (`when mag(v(out))=0.5` finds 0 without a failure).
 */
export const isBeyondMeas = (rest: string, kind: AnalysisKind): boolean =>
  !MEASURABLE.has(kind) || isLeftOut(rest) || isOverVectors(rest);

/**
 * Whether it makes one number of a whole curve over a dc sweep of a temperature, current or resistance: ngspice's `meas`
 * looks for the scale of a voltage sweep alone and fails (measured of 39.3).
 */
export const isOverOtherSweep = (rest: string, command: string): boolean =>
  /^dc\s+[^v]/i.test(command) && /^(?:max|min|avg|rms|pp|integ|integral)(?:_at)?\b/i.test(rest);

/** What decks written for ngspice have; where it has no translation, the deck runs without. */
export const isLeftOut = (rest: string): boolean =>
  /\bpar\s*\(/i.test(rest) || /^deriv(ative)?\b/i.test(rest);

function isOverVectors(rest: string): boolean {
  const bare = rest.replace(QUOTED, '0').replace(READ, '§');
  return FUNCTION.test(bare) || ARITHMETIC.test(bare);
}

/**
 * A `.meas` line as an expression that SpiceLab evaluates: `avg par('v(a)*i(v1)') to=1u` is `avg(v(a)*i(v1), to=1u)`.
 * `undefined` for other shapes, and for complex curves, of which ngspice takes some real part of its own.
 */
export function measExpression(rest: string, kind: AnalysisKind): string | undefined {
  const text = compact(rest);
  if (kind === 'ac' && (/\bpar\(/i.test(text) || isComplex(text))) return undefined;
  const expression = kind === 'op' || kind === 'tf' ? pointOf(text) : shaped(text);
  return expression
    ?.replace(/\bre\(/gi, 'real(')
    .replace(/\bim\((?=[a-z]+\()/gi, 'imag(')
    .replace(/\bphase\(/gi, 'ph(');
}

/** Of an analysis of one point. */
function pointOf(text: string): string | undefined {
  const curve = POINT.exec(text)?.[1];
  return curve === undefined ? undefined : plain(curve);
}

function shaped(text: string): string | undefined {
  const whole = WHOLE.exec(text);
  if (whole) {
    const [, call = '', curve = '', window = ''] = whole;
    const edges = [...window.matchAll(WINDOW)].map(([, name, value = '']) => `, ${name}=${plain(value)}`);
    return `${call.toLowerCase()}(${plain(curve)}${edges.join('')})`;
  }
  const at = AT.exec(text);
  if (at) return `at(${curveOf(at[1]!, at[2]!)}, ${plain(at[3]!)})`;
  const when = WHEN.exec(text);
  if (when) {
    const [, call, read, ...crossing] = when;
    return call === undefined ? crossingOf(crossing) : `at(${curveOf(call, read!)}, ${crossingOf(crossing)})`;
  }
  const between = TRIG_TARG.exec(text);
  if (!between) return undefined;
  const [, ...parts] = between;
  return `${crossingOf(parts.slice(4))} - ${crossingOf(parts.slice(0, 4))}`;
}

const curveOf = (call: string, curve: string): string =>
  /^find$/i.test(call) ? plain(curve) : `deriv(${plain(curve)})`;

/** A level that is a curve itself is crossed where the difference is zero. */
function crossingOf([curve = '', level = '', edge, count]: readonly (string | undefined)[]): string {
  const which = edge === undefined ? '' : `, ${edge}=${count}`;
  if (new RegExp(READ.source, 'i').test(level)) return `when(${plain(curve)}-(${plain(level)}), 0${which})`;
  return `when(${plain(curve)}, ${plain(level)}${which})`;
}

/** Whether something complex, or a phase in the radians of ngspice, is left when real functions are taken away. */
function isComplex(text: string): boolean {
  if (!isOverVectors(text)) return false;
  const rest = text.replace(REAL, '1');
  return (
    (rest.match(READ) ?? []).some((read) => /^@|^[vi](?:p|ph)?\(/i.test(read)) || /[vi]ph?\(/i.test(text)
  );
}

/** Without spaces within brackets and around operators, so that what is one expression is one word. */
function compact(text: string): string {
  let depth = 0;
  let out = '';
  for (const character of text.trim()) {
    if (character === '(') {
      depth++;
      out = out.replace(/([)\w])\s+$/, '$1');
    } else if (character === ')') depth--;
    if (depth > 0 && /\s/.test(character)) continue;
    out += character;
  }
  return out
    .replace(/\s*=\s*/g, '=')
    .replace(/\s*([*/^+])\s*/g, '$1')
    .replace(/\s+-\s+/g, '-');
}

/** Without what sets an expression apart on a SPICE line. */
function plain(text: string): string {
  const [, inside] = /^(?:par\s*\(\s*)?['"{](.*?)['"}]\s*\)?$/is.exec(text) ?? [];
  return inside === undefined ? text : `(${inside.trim()})`;
}
