import { SpiceLabError } from '../errors/index.ts';
import type { Axis } from '../plan/index.ts';
import type { Corner, PointTable, SweepAxis } from '../study/schema.ts';
import { absolute } from './distribution.ts';
import type { Setting, Settings } from './settings.ts';

/** Values of one target at the positions of an axis; `undefined`: the deck's own. */
interface Column {
  readonly target: string;
  readonly values: readonly ((nominal: () => number) => number)[];
}

/** Corners, in their order: each a circuit (library sections), a temperature and values. */
export function cornerAxis(
  corners: readonly Corner[],
  circuits: readonly number[],
  settings: Settings,
  axis: number,
): Axis {
  const names = corners.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new SpiceLabError('STUDY_INVALID', `two corners are named ${twice}`, {
      remedy: 'Give each its own name.',
    });
  }
  const label = settings.add({
    name: 'corner',
    unit: '',
    nominal: 0,
    labels: names,
    source: { kind: 'axis', axis },
  });
  const targets = new Set(corners.flatMap(({ set }) => Object.keys(set)));
  const columns: Column[] = [...targets].map((target) => ({
    target,
    values: corners.map(
      ({ set }) =>
        (nominal) =>
          set[target] ?? nominal(),
    ),
  }));
  if (corners.some(({ temperature }) => temperature !== undefined)) {
    columns.push({
      target: 'temp',
      values: corners.map(
        ({ temperature }) =>
          (nominal) =>
            temperature ?? nominal(),
      ),
    });
  }
  return {
    name: 'corner',
    length: corners.length,
    columns: [
      { variable: label, values: corners.map((_, i) => i) },
      ...columns.flatMap((column) => addColumn(column, 'the corners', settings, axis)),
    ],
    ...(new Set(circuits).size > 1 ? { circuits: [...circuits] } : {}),
  };
}

/** Explicit points (worst case, sensitivity). */
export function pointsAxis(table: PointTable, settings: Settings, axis: number): Axis {
  const columns = table.targets.map((target, i) => ({
    target,
    values: table.points.map((point) => (nominal: () => number) => {
      const value = point[i];
      if (value === undefined) return nominal();
      return 'at' in value ? value.at : nominal() + absolute(value.offset, nominal(), target);
    }),
  }));
  requireLength(table.points.length, table.name);
  return {
    name: table.name,
    length: table.points.length,
    columns: columns.flatMap((column) => addColumn(column, table.name, settings, axis)),
  };
}

/** One dimension of a sweep; several columns are zipped. */
export function sweepAxis(sweep: SweepAxis, settings: Settings, axis: number): Axis {
  const length = sweep.columns[0]?.values.length ?? 0;
  const name = sweep.columns.map(({ target }) => target).join(', ');
  requireLength(length, `the sweep of ${name}`);
  const other = sweep.columns.find(({ values }) => values.length !== length);
  if (other) {
    throw new SpiceLabError(
      'STUDY_INVALID',
      `${name} are swept together, but ${other.target} has ${other.values.length} values and not ${length}`,
      { remedy: 'Give all of them as many values, or sweep them apart as a grid.' },
    );
  }
  const columns = sweep.columns.map(({ target, values }) => ({
    target,
    values: values.map((value) => () => value),
  }));
  return {
    name,
    length,
    columns: columns.flatMap((column) => addColumn(column, 'the sweep', settings, axis)),
  };
}

function requireLength(length: number, what: string): void {
  if (length === 0) {
    throw new SpiceLabError('STUDY_INVALID', `${what} has no values`, { remedy: 'Give at least one.' });
  }
}

function addColumn(column: Column, what: string, settings: Settings, axis: number): Axis['columns'] {
  const { settings: found, wildcard } = settings.resolve(column.target);
  return found.map((setting) => {
    if (setting.axis) {
      throw new SpiceLabError(
        'STUDY_INVALID',
        `${column.target} is set by ${setting.axis.what} and by ${what}`,
        {
          remedy: 'Set it in one place only.',
        },
      );
    }
    const values = column.values.map((value) => value(() => nominalOf(setting)));
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) {
      throw new SpiceLabError('STUDY_INVALID', `${what}: a value of ${column.target} is ${wrong}`, {
        remedy: 'Give finite numbers.',
      });
    }
    const match = setting.matches[0]!;
    const variable = settings.add({
      name: wildcard || match.kind === 'draw' ? match.name : column.target.trim(),
      unit: match.unit,
      nominal: setting.nominal ?? values[0]!,
      ...(match.class ? { class: match.class } : {}),
      source: { kind: 'axis', axis },
    });
    setting.axis = { variable, what };
    return { variable, values };
  });
}

function nominalOf(setting: Setting): number {
  if (setting.nominal !== undefined) return setting.nominal;
  throw new SpiceLabError('STUDY_INVALID', `the deck does not tell the value of ${setting.written}`, {
    place: setting.matches[0]!.place,
    remedy: 'Give its value at every point or corner.',
  });
}
