import { type Place, SpiceLabError } from '../errors/index.ts';
import { parseExpression, printExpression, references } from '../expression/index.ts';
import { type Line, unwrap } from '../netlist/index.ts';
import type { Analysis, Measurement } from '../plan/index.ts';
import { scaleUnit, vectorUnit } from '../waveform/index.ts';
import { type AnalysisKind, substituteInCommand } from './analyses.ts';
import { addFour, isFour } from './four-lines.ts';
import { isBeyondMeas, isLeftOut, isOverOtherSweep, measExpression } from './meas-expression.ts';
import { type MeasurementContext, ofKind } from './measurement-list.ts';
import { compileMeasure } from './study-measurements.ts';

const KINDS: ReadonlyMap<string, AnalysisKind> = new Map([
  ['ac', 'ac'],
  ['dc', 'dc'],
  ['op', 'op'],
  ['tran', 'tran'],
  ['tran_cont', 'tran'],
  ['noise', 'noise'],
  ['tf', 'tf'],
]);

/**
 * The deck's `.meas` and `.four` lines. What the simulator's `meas` command does not know (`param=`) SpiceLab evaluates itself, since
 * ngspice would repeat the first sample's value, and so is what `isBeyondMeas` tells of where it can be told as an
 * expression; where not, `par('…')` and `deriv` are left out with a notice, and others refused.
 * @throws SpiceLabError MEASUREMENT_INVALID, PARAMETER_UNDEFINED, DECK_UNTRUSTED
 */
export function addDeckMeasurements(lines: readonly Line[], context: MeasurementContext): void {
  const leftOut = new Set<string>();
  for (const line of lines) {
    const place = context.deck.placeOf(line);
    if (isFour(line.text)) addFour(line.text, context, place);
    else addMeas(line.text, context, leftOut, place);
  }
}

function addMeas(text: string, context: MeasurementContext, leftOut: Set<string>, place: Place): void {
  const read = readLine(text, context.analyses);
  if (!read) {
    throw new SpiceLabError('MEASUREMENT_INVALID', `".meas ${text.slice(0, 80)}" is incomplete`, {
      place,
      remedy: 'Write it like ".meas ac bw when vdb(out)=-3".',
    });
  }
  const { kind, name, rest } = read;
  const [analysis, another] = kind ? ofKind(context.analyses, kind) : context.analyses;
  const parameter = /^param\s*=\s*(.*)$/i.exec(rest)?.[1];
  const lost =
    parameter === undefined
      ? undefined
      : namesIn(parameter).find((known) => leftOut.has(known.toLowerCase()));
  if (lost !== undefined) {
    leftOut.add(name.toLowerCase());
    context.notices.push({
      message: `.meas ${name} is left out: it needs ${lost}, which is left out`,
      place,
    });
  } else if (parameter !== undefined) context.list.add(scalarOf(name, parameter, context, place), place);
  else if (!analysis) {
    leftOut.add(name.toLowerCase());
    context.notices.push({ message: `.meas ${name} is left out: no ${kind} analysis is run`, place });
  } else if (isBeyondMeas(rest, analysis.kind) || isOverOtherSweep(rest, analysis.command)) {
    if (!addExpression(name, rest, analysis, context, place)) leftOut.add(name.toLowerCase());
  } else {
    if (another && kind) {
      context.notices.push({ message: `.meas ${name} is taken of the first ${kind} analysis`, place });
    }
    context.list.add(commandOf(name, rest, analysis, context, place), place);
  }
}

/** What the `meas` command cannot do, evaluated by SpiceLab; a notice and `false` for what a deck can do without. */
function addExpression(
  name: string,
  rest: string,
  analysis: Analysis,
  context: MeasurementContext,
  place: Place,
): boolean {
  const expression = measExpression(rest, analysis.kind);
  if (expression !== undefined) {
    context.list.add(compileAt(name, expression, analysis, context, place), place);
    return true;
  }
  if (!isLeftOut(rest)) {
    throw new SpiceLabError(
      'MEASUREMENT_INVALID',
      `.meas ${name}: the simulator's meas command cannot measure "${rest}" of ${analysis.kind}`,
      {
        place,
        remedy: `Write it as max, min, avg, find … at=, find … when or when of real curves, such as "when mag(v(out))=0.5", or take it off the deck and measure it in the study: --measure "${name}=when(mag(v(out)),0.5)".`,
      },
    );
  }
  const what = /\bpar\s*\(/i.test(rest) ? "par('…')" : 'deriv';
  context.notices.push({
    message: `.meas ${name} is left out: ${what} is not available like this; write it as a measurement of the study`,
    place,
  });
  return false;
}

/** What is wrong with the expression is told at the line of the deck that it is made of. */
function compileAt(
  name: string,
  expression: string,
  analysis: Analysis,
  context: MeasurementContext,
  place: Place,
): Measurement {
  try {
    return compileMeasure({ name, expression, analysis: analysis.name }, context);
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError)) throw thrown;
    throw new SpiceLabError(thrown.code, thrown.message, {
      place,
      remedy: thrown.remedy ?? 'Correct the expression.',
      cause: thrown,
    });
  }
}

const namesIn = (expression: string): string[] => expression.match(/[a-z_]\w*/gi) ?? [];

/** `ac bw when vdb(out)=-3`; the kind is left out in LTspice decks. */
function readLine(
  text: string,
  analyses: readonly Analysis[],
): { kind: AnalysisKind | undefined; name: string; rest: string } | undefined {
  const [, first = '', after = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
  const kind = KINDS.get(first.toLowerCase());
  const [, name = '', rest = ''] = (kind ? /^(\S+)\s+(.*)$/.exec(after) : /^(\S+)\s+(.*)$/.exec(text)) ?? [];
  if (rest === '') return undefined;
  return { kind: kind ?? (analyses.length === 1 ? undefined : analyses[0]?.kind), name, rest };
}

function scalarOf(name: string, text: string, context: MeasurementContext, place: Place): Measurement {
  const { list, symbols, deck } = context;
  const earlier = new Set(list.names().map((known) => known.toLowerCase()));
  const parsed = deck.parameters.parse(unwrap(text)) ?? parseExpression(unwrap(text), place);
  const expression = symbols.resolve(parsed, earlier);
  const { names, vectors } = references(expression);
  const unknown = names.find((known) => !earlier.has(known));
  if (unknown !== undefined || vectors.length > 0) {
    throw new SpiceLabError(
      'MEASUREMENT_INVALID',
      `.meas ${name} param= refers to "${unknown ?? vectors[0]}", which is no earlier measurement and no .param`,
      {
        place,
        remedy:
          earlier.size > 0
            ? `Earlier measurements: ${list.names().join(', ')}.`
            : 'Measure it on a line before.',
      },
    );
  }
  return { name, unit: '', source: { kind: 'scalars', expression: printExpression(expression) } };
}

const VECTOR =
  /(?<![\w@])(v|i)(?:db|ph|[pmri])?\s*\(\s*([^()\s,]+)\s*(?:,\s*([^()\s,]+)\s*)?\)|@[^\s[\]()]+\[[^\s[\]]+\]/gi;

function commandOf(
  name: string,
  rest: string,
  analysis: Analysis,
  context: MeasurementContext,
  place: Place,
): Measurement {
  const command = substituteInCommand(rest, context.symbols, place).replace(VECTOR, (whole) =>
    spellVector(whole, analysis, context, place),
  );
  return {
    name,
    unit: unitOf(command, analysis.kind),
    source: { kind: 'meas', analysis: analysis.name, command },
  };
}

/** Checks the nodes of `vdb(out)`, `v(a,b)`, `i(v1)`, `@m1[id]`, and asks for what they read. */
function spellVector(whole: string, analysis: Analysis, context: MeasurementContext, place: Place): string {
  const [, wrapper, first, second] = new RegExp(VECTOR.source, 'i').exec(whole.toLowerCase()) ?? [];
  const ask = (vector: string): string => {
    const spelled = context.vectors.spellOne(vector, place);
    if (!analysis.vectors.includes(spelled) && spelled !== 'v(0)' && spelled !== 'v(gnd)') {
      analysis.vectors.push(spelled);
    }
    return spelled;
  };
  if (wrapper === undefined) return ask(whole.toLowerCase());
  const spelled = ask(`${wrapper}(${first})`);
  if (second !== undefined) ask(`${wrapper}(${second})`);
  if (wrapper === 'v' || !spelled.startsWith('i(')) return wrapper === 'v' ? whole : spelled;
  return whole.replace(/\(.*\)/, spelled.slice(1));
}

/** Unit of what a `meas` command finds. */
function unitOf(command: string, kind: AnalysisKind): string {
  const [word = ''] = command.toLowerCase().split(/\s+/, 1);
  if (word === 'when' || word === 'trig') return scaleUnit(kind);
  if (/_at$/.test(word)) return scaleUnit(kind);
  const match = /(v|i)(db|ph|[pmri])?\(([^()]*)\)|@[^\s[\]]+\[[^\]]+\]/i.exec(command);
  if (!match) return '';
  const suffix = match[2]?.toLowerCase();
  const unit =
    suffix === 'db'
      ? 'dB'
      : suffix === 'p' || suffix === 'ph'
        ? 'rad'
        : vectorUnit(match[0].replace(/^([vi])[mri]?\(/i, '$1(').toLowerCase());
  if (word === 'deriv' || word === 'derivative') return `${unit}/${scaleUnit(kind)}`;
  if (!/^integ/.test(word)) return unit;
  return unit === 'A' && kind === 'tran' ? 'C' : `${unit}·${scaleUnit(kind)}`;
}
