import type { AnalysisKind } from './analyses.ts';

const CURVE = String.raw`(par\s*\(\s*(?:'[^']*'|"[^"]*")\s*\)|[^\s=]+)`;
const VALUE = String.raw`('[^']*'|\{[^{}]*\}|\S+?)`;
const WHOLE = new RegExp(
  String.raw`^(max|min|max_at|min_at|avg|rms|pp|integ|integral)\s+${CURVE}((?:\s+(?:from|to)\s*=\s*${VALUE})*)$`,
  'i',
);
const WINDOW = /\s+(from|to)\s*=\s*('[^']*'|\{[^{}]*\}|\S+)/gi;
const AT = new RegExp(String.raw`^(find|deriv|derivative)\s+${CURVE}\s+at\s*=\s*${VALUE}$`, 'i');
const WHEN = new RegExp(
  String.raw`^when\s+${CURVE}\s*=\s*${VALUE}(?:\s+(rise|fall|cross)\s*=\s*(\d+|last))?$`,
  'i',
);

/** Whether the rest of a `.meas` line has what ngspice's `meas` command does not: `par('…')`, or `deriv`, which always fails. */
export const isBeyondMeas = (rest: string): boolean =>
  /\bpar\s*\(/i.test(rest) || /^deriv(ative)?\b/i.test(rest);

/**
 * A `.meas` line with `par('…')` or `deriv` as an expression that SpiceLab evaluates: `avg par('v(a)*i(v1)') to=1u` is
 * `avg(v(a)*i(v1), to=1u)`. `undefined` for other shapes, and for complex `par('…')` of which ngspice takes some real
 * part of its own.
 */
export function measExpression(rest: string, kind: AnalysisKind): string | undefined {
  if (kind !== 'tran' && kind !== 'dc' && /\bpar\s*\(/i.test(rest)) return undefined;
  const text = rest.trim();
  const whole = WHOLE.exec(text);
  if (whole) {
    const [, call = '', curve = '', window = ''] = whole;
    const edges = [...window.matchAll(WINDOW)].map(([, name, value = '']) => `, ${name}=${plain(value)}`);
    return `${call.toLowerCase()}(${plain(curve)}${edges.join('')})`;
  }
  const at = AT.exec(text);
  if (at) {
    const [, call = '', curve = '', place = ''] = at;
    const read = /^find$/i.test(call) ? plain(curve) : `deriv(${plain(curve)})`;
    return `at(${read}, ${plain(place)})`;
  }
  const when = WHEN.exec(text);
  if (!when) return undefined;
  const [, curve = '', level = '', edge, count] = when;
  return `when(${plain(curve)}, ${plain(level)}${edge === undefined ? '' : `, ${edge}=${count}`})`;
}

/** Without what sets an expression apart on a SPICE line. */
function plain(text: string): string {
  const [, inside] = /^(?:par\s*\(\s*)?['"{](.*?)['"}]\s*\)?$/is.exec(text) ?? [];
  return inside === undefined ? text : `(${inside.trim()})`;
}
