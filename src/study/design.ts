import { SpiceLabError } from '../errors/index.ts';
import { Arguments, type Signature } from './arguments.ts';
import type { DesignRange, DesignVariable } from './schema.ts';
import { type Form, needNumber, readForm, shorten, splitTop, suggestion } from './text.ts';

const CODE = 'STUDY_INVALID';
const EXAMPLE =
  'Write 1u..20u, log(1k, 100k), integer(1, 8), grid(1u, 20u, 0.5u), choice(1k, 2.2k, 4.7k) or e24(1k, 100k).';
/** Most values of a grid. */
const MOST_VALUES = 100_000;
/** A last step that misses the end by rounding alone still belongs to the grid. */
const SLACK = 1e-9;
/** Values per decade of the preferred numbers of IEC 60063. */
const SERIES = [3, 6, 12, 24, 48, 96, 192];

const kind = (names: readonly string[]): Signature => ({ example: EXAMPLE, names });

const FORMS: Readonly<Record<string, (form: Form) => DesignRange>> = {
  continuous: (form) => continuous(form, false),
  log: (form) => continuous(form, true),
  integer: (form) => {
    const args = new Arguments(form, kind(['low', 'high', 'scale']), CODE);
    args.name('low', 'high', 'scale');
    const { low, high } = ends(args);
    if (!Number.isInteger(low) || !Number.isInteger(high)) throw args.error('wants whole numbers');
    const log = args.text('scale')?.trim().toLowerCase() === 'log';
    if (args.has('scale') && !log) throw args.error('knows the scale log alone');
    if (log && low < 1) throw args.error('starts at 1 at least where its scale is log');
    return { kind: 'integer', low, high, log };
  },
  grid: (form) => {
    const args = new Arguments(form, kind(['low', 'high', 'step']), CODE);
    args.name('low', 'high', 'step');
    const { low, high } = ends(args);
    const step = args.number('step');
    if (step === undefined || !(step > 0)) throw args.error('needs a step above 0');
    const count = Math.floor((high - low) / step + SLACK) + 1;
    if (!(count <= MOST_VALUES)) throw args.error(`has ${count} values, which are too many`);
    return { kind: 'grid', values: Array.from({ length: count }, (_, i) => low + step * i) };
  },
  choice: (form) => {
    const args = new Arguments(form, kind([]), CODE);
    const values = args.positional.map((text) => args.numberOf(text));
    if (values.length < 2) throw args.error('needs two values at least');
    if (new Set(values).size < values.length) throw args.error('has a value twice');
    return { kind: 'choice', values };
  },
  ...Object.fromEntries(SERIES.map((count) => [`e${count}`, (form: Form) => preferred(form, count)])),
};

/**
 * The range of a design variable: `1u..20u` or `continuous(1u, 20u)`, `log(1k, 100k)`, `integer(1, 8)`,
 * `integer(1, 64, log)`, `grid(1u, 20u, 0.5u)`, `choice(1k, 2.2k)`, `e24(1k, 100k)` (preferred numbers of IEC 60063).
 * @throws SpiceLabError STUDY_INVALID, with the nearest form
 */
export function parseDesignRange(text: string): DesignRange {
  const ends = splitTop(text, '..');
  if (ends.length === 2)
    return FORMS['continuous']!({ name: 'continuous', args: ends.map((end) => ({ text: end })) });
  const form = readForm(text);
  if (!form)
    throw new SpiceLabError(CODE, `"${shorten(text)}" is no range of a design variable`, { remedy: EXAMPLE });
  const read = Object.hasOwn(FORMS, form.name) ? FORMS[form.name] : undefined;
  if (read) return read(form);
  throw new SpiceLabError(CODE, `there is no range "${shorten(form.name)}"`, {
    remedy: suggestion(form.name, Object.keys(FORMS), EXAMPLE),
  });
}

/** What a design variable sets: `R1`, `M1.w, M2.w`, or `wpair: M1.w, M2.w` with a name of its own. */
export function readDesignVariable(written: string, range: string): DesignVariable {
  const named = /^\s*([a-z_]\w*)\s*:\s*(.*)$/is.exec(written);
  const targets = splitTop(named ? named[2]! : written, ',');
  const wrong = targets.find((target) => target === '' || /[\s="']/.test(target));
  if (wrong !== undefined)
    throw new SpiceLabError(CODE, `"${shorten(written)}" is no design variable`, {
      remedy:
        'Name what it sets: a parameter, an instance or some of its parameters: rload, R1, "M1.w, M2.w".',
    });
  return { name: named ? named[1]! : targets.join(','), targets, range: parseDesignRange(range) };
}

function continuous(form: Form, log: boolean): DesignRange {
  const args = new Arguments(form, kind(['low', 'high']), CODE);
  args.name('low', 'high');
  const { low, high } = ends(args);
  if (log && !(low > 0)) throw args.error('begins above 0');
  return { kind: 'continuous', low, high, log };
}

function ends(args: Arguments): { low: number; high: number } {
  const [low, high] = [args.number('low'), args.number('high')];
  if (low === undefined || high === undefined) throw args.error('needs a lower and an upper end');
  if (!(low < high)) throw args.error('has its lower end above its upper one');
  return { low, high };
}

/** Rounded geometric steps, but for eight values of E24 and its like, which are of older custom (IEC 60063). */
function preferred(form: Form, count: number): DesignRange {
  const args = new Arguments(form, kind(['low', 'high']), CODE);
  args.name('low', 'high');
  const { low, high } = ends(args);
  if (!(low > 0)) throw args.error('begins above 0');
  const values: number[] = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade++)
    for (const base of seriesOf(count)) {
      const value = needNumber(`${base}e${decade}`, 'a preferred number', CODE, EXAMPLE);
      if (value >= low * (1 - SLACK) && value <= high * (1 + SLACK)) values.push(value);
    }
  if (values.length < 2) throw args.error(`has fewer than two values between ${low} and ${high}`);
  return { kind: 'grid', values };
}

const E24 = [
  1, 1.1, 1.2, 1.3, 1.5, 1.6, 1.8, 2, 2.2, 2.4, 2.7, 3, 3.3, 3.6, 3.9, 4.3, 4.7, 5.1, 5.6, 6.2, 6.8, 7.5, 8.2,
  9.1,
];

function seriesOf(count: number): number[] {
  if (count <= 24) return E24.filter((_, i) => i % (24 / count) === 0);
  return Array.from({ length: count }, (_, i) => {
    const value = Number((10 ** (i / count)).toFixed(2));
    // the one value of E192 that is not the rounded one
    return count === 192 && value === 9.19 ? 9.2 : value;
  });
}
