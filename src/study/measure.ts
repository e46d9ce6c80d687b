import { SpiceLabError } from '../errors/index.ts';
import { parseExpression } from '../expression/index.ts';
import type { MeasureSpec } from './schema.ts';
import { shorten, splitAssignment } from './text.ts';

const EXAMPLE =
  'Write NAME=EXPRESSION, such as bw=when(vdb(out),-3), gain[dB]=ac:max(vdb(out)) or vos=v(out)-v(ref).';
const NAME = /^([a-z_][\w.]*)\s*(?:\[([^[\]]*)\])?$/i;

/**
 * A measurement as written: `bw=when(vdb(out),-3)`, `bw[Hz]=…` with a unit, `gain=ac:max(vdb(out))` of a given analysis.
 * Without a name the expression is the name.
 * @throws SpiceLabError MEASUREMENT_INVALID
 */
export function parseMeasure(text: string): MeasureSpec {
  const assignment = splitAssignment(text);
  if (!assignment) return readMeasure({ name: text.replace(/\s+/g, ''), expression: text });
  const name = NAME.exec(assignment.target);
  if (!name) throw invalid(text, `has "${shorten(assignment.target)}" for a name`);
  return readMeasure({ name: name[1]!, expression: assignment.value, unit: name[2] });
}

/** Takes the analysis off the front of an expression and checks the rest. */
export function readMeasure(measure: {
  readonly name: string;
  readonly expression: string;
  readonly analysis?: string | undefined;
  readonly unit?: string | undefined;
}): MeasureSpec {
  const prefixed = /^\s*((?:op|dc|ac|tran|noise|tf)\d*)\s*:\s*(.*)$/is.exec(measure.expression);
  const expression = (prefixed ? prefixed[2]! : measure.expression).trim();
  const analysis = measure.analysis ?? prefixed?.[1]?.toLowerCase();
  try {
    parseExpression(expression);
  } catch (cause) {
    if (!(cause instanceof SpiceLabError)) throw cause;
    throw new SpiceLabError(
      'MEASUREMENT_INVALID',
      `the measurement ${shorten(measure.name)} is not understood: ${cause.message}`,
      { cause, remedy: cause.remedy ?? EXAMPLE },
    );
  }
  return { name: measure.name.trim(), expression, analysis, unit: measure.unit?.trim() || undefined };
}

const invalid = (text: string, problem: string) =>
  new SpiceLabError('MEASUREMENT_INVALID', `the measurement "${shorten(text.trim())}" ${problem}`, {
    remedy: EXAMPLE,
  });
