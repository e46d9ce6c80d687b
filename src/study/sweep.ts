import { SpiceLabError } from '../errors/index.ts';
import { placed, type StudyContext } from './context.ts';
import type { StudyInput } from './input.ts';
import { parseRange, parseSweep } from './range.ts';
import type { SweepAxis } from './schema.ts';
import { needNumber, splitTop, suggestion } from './text.ts';

const CODE = 'STUDY_INVALID';

/** The axes of a sweep, those named together in `zip` joined. @throws SpiceLabError STUDY_INVALID */
export function readSweep(
  sweep: StudyInput['sweep'],
  zip: StudyInput['zip'],
  context: StudyContext,
): SweepAxis[] {
  const axes = Array.isArray(sweep)
    ? sweep.map((text, i) => placed(context, ['sweep', i], () => parseSweep(text, context)))
    : Object.entries(sweep ?? {}).map(([target, values]) =>
        placed(context, ['sweep', target], () => ({
          columns: [{ target: target.trim(), values: readValues(values, context) }],
        })),
      );
  placed(context, ['sweep'], () => checkOnce(axes));
  return (zip ?? []).reduce<SweepAxis[]>(
    (joined, names, i) =>
      placed(context, ['zip', i], () =>
        zipped(joined, typeof names === 'string' ? splitTop(names, ',') : names),
      ),
    axes,
  );
}

function readValues(
  values: string | number | readonly (string | number)[],
  context: StudyContext,
): readonly number[] {
  if (typeof values === 'string') return parseRange(values, context);
  const list = typeof values === 'number' ? [values] : values;
  if (list.length === 0) throw invalid('a sweep without values', 'Give it at least one.');
  return list.map((value) =>
    needNumber(String(value), 'a value of a sweep', CODE, 'Write numbers such as 1k or 2.5.'),
  );
}

function checkOnce(axes: readonly SweepAxis[]): void {
  const seen = new Set<string>();
  for (const { target } of axes.flatMap((axis) => axis.columns)) {
    if (seen.has(target.toLowerCase())) throw invalid(`${target} is swept twice`, 'Keep one of the two.');
    seen.add(target.toLowerCase());
  }
}

/** Joins the axes that hold the named targets into one, where the first of them stood. */
function zipped(axes: readonly SweepAxis[], names: readonly string[]): SweepAxis[] {
  const targets = axes.flatMap((axis) => axis.columns.map((column) => column.target));
  const chosen = names.map((name) => {
    const axis = axes.find(({ columns }) =>
      columns.some(({ target }) => target.toLowerCase() === name.trim().toLowerCase()),
    );
    if (axis) return axis;
    throw invalid(
      `${name} is zipped but not swept`,
      suggestion(name, targets, 'Zip targets that are swept.'),
    );
  });
  const parts = axes.filter((axis) => chosen.includes(axis));
  const columns = parts.flatMap((axis) => axis.columns);
  const lengths = new Set(columns.map((column) => column.values.length));
  if (lengths.size > 1)
    throw invalid(
      `${columns.map(({ target, values }) => `${target} has ${values.length} values`).join(', ')}`,
      'Targets that are zipped need equally many.',
    );
  return axes.flatMap((axis) => (axis === parts[0] ? [{ columns }] : parts.includes(axis) ? [] : [axis]));
}

const invalid = (message: string, remedy: string) => new SpiceLabError(CODE, message, { remedy });
