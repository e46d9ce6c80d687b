import { type Place, SpiceLabError } from '../errors/index.ts';
import { type MeasurementContext, ofKind } from './measurement-list.ts';
import { compileMeasure } from './study-measurements.ts';

/** Whether a line among the deck's measurements is a `.four`. */
export const isFour = (text: string): boolean => /^\.four\b/i.test(text);

/** `.four FREQUENCY [HARMONICS [PERIODS]] VECTOR…`, the numbers in the middle as LTspice and PSpice have them. */
const FOUR = /^\.four\w*\s+(\{[^{}]*\}|'[^']*'|\S+)((?:\s+[\d.]+)*)((?:\s+\S.*)?)$/i;
const VECTOR = /[vi]\s*\([^()]*\)|@[^\s[\]]+\[[^\s[\]]+\]|[^\s,()]+/gi;

/**
 * The distortion of each vector of a `.four` line, `thd(v(out))`; other harmonics are `fourier(v(out), f, 3)`.
 * @throws SpiceLabError MEASUREMENT_INVALID for a line without a frequency or a vector
 */
export function addFour(text: string, context: MeasurementContext, place: Place): void {
  const [, written = '', numbers = '', rest = ''] = FOUR.exec(text) ?? [];
  const frequency = written.replace(/^[{'](.*)[}']$/, '($1)');
  const vectors = rest.match(VECTOR) ?? [];
  if (frequency === '' || vectors.length === 0) {
    throw new SpiceLabError('MEASUREMENT_INVALID', `"${text.slice(0, 80)}" is incomplete`, {
      place,
      remedy: 'Write it like ".four 1k v(out)".',
    });
  }
  const [analysis] = ofKind(context.analyses, 'tran');
  if (!analysis) {
    context.notices.push({ message: '.four is left out: no tran analysis is run', place });
    return;
  }
  const [harmonics, periods] = numbers.trim().split(/\s+/);
  const count = harmonics ? `, ${harmonics}` : '';
  if (periods !== undefined && periods !== '1') {
    context.notices.push({ message: `${text}: the last period is taken, not ${periods}`, place });
  }
  for (const vector of vectors) {
    const curve = vector.toLowerCase().replace(/\s+/g, '');
    const expression = `thd(${curve}, ${frequency}${count})`;
    context.list.add(
      compileMeasure({ name: `thd(${curve})`, expression, analysis: analysis.name }, context),
      place,
    );
  }
}
