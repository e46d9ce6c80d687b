import { nearestNames, type Place, SpiceLabError } from '../errors/index.ts';
import {
  type Expression,
  parseExpression,
  printExpression,
  references,
  substitute,
} from '../expression/index.ts';
import type { Analysis, Measurement } from '../plan/index.ts';
import type { MeasureSpec } from '../study/schema.ts';
import { type CompiledMeasurement, compileMeasurement, unitOfNumbers } from '../waveform/index.ts';
import { analysisNamed, type MeasurementContext, ofKind } from './measurement-list.ts';

/** Names that mean something to the measurement language itself. */
const LANGUAGE_NAMES =
  /^(?:time|frequency|hertz|sweep|pi|rise|fall|cross|last|[io]noise\S*|transfer_function|output_impedance\S*|\S+_impedance)$/;

/**
 * The measurements that the study asks for, those that others refer to first.
 * @throws SpiceLabError MEASUREMENT_INVALID, EXPRESSION_*
 */
export function addStudyMeasurements(specs: readonly MeasureSpec[], context: MeasurementContext): void {
  const waiting = new Map(specs.map((spec) => [spec.name.toLowerCase(), spec]));
  if (waiting.size < specs.length) throw namedTwice(specs);
  const open: string[] = [];
  const done = new Set<MeasureSpec>();
  const add = (spec: MeasureSpec): void => {
    if (done.has(spec)) return;
    const key = spec.name.toLowerCase();
    if (open.includes(key)) throw inALoop([...open, key]);
    open.push(key);
    for (const name of references(parseExpression(spec.expression)).names) {
      // a measurement may have the name of the node it reads
      const needed = name === key && context.vectors.isNode(name) ? undefined : waiting.get(name);
      if (needed) add(needed);
    }
    open.pop();
    done.add(spec);
    context.list.add(compileMeasure(spec, context));
  };
  for (const spec of specs) add(spec);
}

/** One measurement of the study as the plan has it; asks its analysis for the vectors. */
export function compileMeasure(spec: MeasureSpec, context: MeasurementContext): Measurement {
  const { vectors, symbols, list } = context;
  const measured = new Set(list.names().map((name) => name.toLowerCase()));
  const parsed = parseExpression(spec.expression);
  const kept = new Set([...measured, ...nodesNamed(parsed, context)]);
  const expression = vectors.spell(symbols.resolve(parsed, kept));
  refuseUnknownNames(expression, measured, spec, context);
  const text = printExpression(expression);
  const scalars = new Set([...measured, ...references(expression).variables.map((k) => `$${k}`)]);
  const compiled = compileIn(spec, text, scalars, context);
  if (compiled === undefined) {
    const scalar = printExpression(substitute(expression, piAsNumber));
    const unit = spec.unit ?? unitOfNumbers(expression, (name) => list.find(name)?.unit ?? '');
    return { name: spec.name, unit, source: { kind: 'scalars', expression: scalar } };
  }
  const analysis = chooseAnalysis(spec, compiled, context.analyses);
  for (const vector of compiled.vectors) {
    if (vector !== 'v(0)' && !analysis.vectors.includes(vector)) analysis.vectors.push(vector);
  }
  return {
    name: spec.name,
    unit: spec.unit ?? compiled.unit(analysis.kind),
    source: { kind: 'vectors', analysis: analysis.name, expression: text },
  };
}

/** `pi` belongs to the measurement language; expressions of decks do not know it. */
const piAsNumber = (node: Expression): Expression | undefined =>
  node.kind === 'name' && node.name === 'pi' ? { kind: 'number', value: Math.PI } : undefined;

/** `undefined` for an expression over other measurements and variables alone. */
function compileIn(
  spec: MeasureSpec,
  text: string,
  scalars: ReadonlySet<string>,
  context: MeasurementContext,
): CompiledMeasurement | undefined {
  const { names, vectors } = references(parseExpression(text));
  const overPlot = vectors.length > 0 || names.some((name) => !scalars.has(name) && name !== 'pi');
  if (!overPlot && spec.analysis === undefined) return undefined;
  try {
    return compileMeasurement(text, { scalars });
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError)) throw thrown;
    throw new SpiceLabError('MEASUREMENT_INVALID', `${spec.name}: ${thrown.message}`, {
      place: thrown.place ?? fileOf(context),
      remedy: thrown.remedy ?? 'Correct the expression.',
      cause: thrown,
    });
  }
}

const fileOf = (context: MeasurementContext): Place => ({ file: context.deck.sources[0]!.path });

/** Bare names that are nodes stay nodes, also where a parameter has the same name. */
function nodesNamed(expression: Expression, context: MeasurementContext): string[] {
  const { names } = references(expression);
  return names.filter(
    (name) => context.vectors.isNode(name) && context.symbols.expressionOf(name) === undefined,
  );
}

/** ngspice reads an unknown name such as `c` or `e` as a physical constant, so it must never get that far. */
function refuseUnknownNames(
  expression: Expression,
  measured: ReadonlySet<string>,
  spec: MeasureSpec,
  context: MeasurementContext,
): void {
  const { vectors, symbols, list } = context;
  const unknown = references(expression).names.find(
    (name) => !measured.has(name) && !vectors.isNode(name) && !LANGUAGE_NAMES.test(name),
  );
  if (unknown === undefined) return;
  const nodes = [...context.deck.circuit.nodes].filter((node) => node !== '0');
  const known = [...list.names(), ...symbols.names, ...nodes];
  const near = nearestNames(unknown, known);
  throw new SpiceLabError(
    'MEASUREMENT_INVALID',
    `${spec.name}: there is no node, parameter or measurement named "${unknown}"`,
    {
      place: fileOf(context),
      remedy:
        near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Nodes: ${nodes.slice(0, 12).join(', ')}.`,
    },
  );
}

function chooseAnalysis(
  spec: MeasureSpec,
  compiled: CompiledMeasurement,
  analyses: readonly Analysis[],
): Analysis {
  const chosen = candidateAnalysis(spec, compiled, analyses);
  if (compiled.isScalarIn(chosen.kind)) return chosen;
  throw new SpiceLabError(
    'MEASUREMENT_INVALID',
    `${spec.name} is a curve in the ${chosen.kind} analysis, not a number`,
    {
      remedy: `Make one number of it, with max(${spec.expression}), at(${spec.expression}, …), avg(${spec.expression}), …`,
    },
  );
}

function candidateAnalysis(
  spec: MeasureSpec,
  compiled: CompiledMeasurement,
  analyses: readonly Analysis[],
): Analysis {
  if (spec.analysis !== undefined) return analysisNamed(spec.analysis, analyses, spec.name);
  const hint = compiled.analysisHint;
  if (hint) {
    const [found, another] = ofKind(analyses, hint);
    if (found && !another) return found;
    if (another) throw ambiguous(spec, ofKind(analyses, hint));
    throw new SpiceLabError(
      'MEASUREMENT_INVALID',
      `${spec.name} needs an ${hint} analysis, which is not run`,
      {
        remedy: `Add one, or measure something of: ${analyses.map(({ name }) => name).join(', ')}.`,
      },
    );
  }
  const [only, another] = analyses;
  if (!another) return only!;
  const fitting = analyses.filter(({ kind }) => compiled.isScalarIn(kind));
  if (fitting.length === 1) return fitting[0]!;
  throw ambiguous(spec, fitting.length > 0 ? fitting : analyses);
}

function ambiguous(spec: MeasureSpec, choices: readonly Analysis[]): SpiceLabError {
  const names = choices.map(({ name }) => `${name}:${spec.expression}`);
  return new SpiceLabError('MEASUREMENT_INVALID', `${spec.name} could be of several analyses`, {
    remedy: `Say which: ${names.join(' or ')}.`,
  });
}

function namedTwice(specs: readonly MeasureSpec[]): SpiceLabError {
  const names = specs.map(({ name }) => name.toLowerCase());
  const twice = specs.find(({ name }, i) => names.indexOf(name.toLowerCase()) !== i);
  return new SpiceLabError('MEASUREMENT_INVALID', `two measurements are named "${twice?.name}"`, {
    remedy: 'Give each its own name.',
  });
}

function inALoop(names: readonly string[]): SpiceLabError {
  return new SpiceLabError('MEASUREMENT_INVALID', `measurements refer to each other: ${names.join(' -> ')}`, {
    remedy: 'Take one of these references out.',
  });
}
