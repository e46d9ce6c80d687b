import { type Place, SpiceLabError } from '../errors/index.ts';
import { type Expression, parseExpression, printExpression, references } from '../expression/index.ts';
import { real } from './arithmetic.ts';
import { functionNamed } from './catalogue.ts';
import { compileNode, KEYWORDS, type NodeContext } from './compile-node.ts';
import { canonicalVector } from './names.ts';
import { hintOf, isScalarIn } from './shape.ts';
import { type AnalysisKind, NoValue, type Plot } from './types.ts';
import { SCALE_NAMES, scaleUnit, unitOf, vectorUnit } from './units.ts';

/** A measurement's answer; `problem` says why `value` is NaN. */
export interface Measured {
  readonly value: number;
  readonly problem?: string;
}

export interface MeasurementOptions {
  readonly place?: Place | undefined;
  /** Lower-case names that are numbers, not vectors (other measurements, `$0`). */
  readonly scalars?: ReadonlySet<string> | undefined;
}

export interface CompiledMeasurement {
  /** Canonical names of the vectors that must be read, the scale apart. */
  readonly vectors: readonly string[];
  /** Bare names and `$k` that `evaluate` asks `scalars` for. */
  readonly scalars: readonly string[];
  /** The one kind of analysis that the expression makes sense in, where it tells. */
  readonly analysisHint: AnalysisKind | undefined;
  /** Whether a single number comes out in this kind of analysis; otherwise `evaluate` would throw EXPRESSION_TYPE. */
  isScalarIn(kind: AnalysisKind): boolean;
  unit(kind: AnalysisKind): string;
  /**
   * The value in one plot; a complex result counts by its magnitude. What cannot be found in this sample
   * (a level never crossed) is a `problem`.
   * @throws SpiceLabError EXPRESSION_NAME for a vector that the plot has not, EXPRESSION_TYPE for a result that is a vector
   */
  evaluate(plot: Plot, scalars?: (name: string) => number | undefined): Measured;
}

/**
 * Compiles a measurement over the vectors of one analysis: `when(vdb(out), -3)`, `max(v(out)) - min(v(out))`.
 * @throws SpiceLabError EXPRESSION_SYNTAX, EXPRESSION_NAME (unknown function), EXPRESSION_TYPE (wrong arguments)
 */
export function compileMeasurement(text: string, options: MeasurementOptions = {}): CompiledMeasurement {
  const expression = parseExpression(text, options.place);
  const context: NodeContext = { place: options.place, scalars: options.scalars ?? new Set() };
  const evaluateNode = compileNode(expression, context);
  return {
    ...namesOf(expression, context.scalars),
    analysisHint: hintOf(expression, context.scalars),
    isScalarIn: (kind) => isScalarIn(expression, kind, context.scalars),
    unit: (kind) =>
      unitOf(expression, {
        kind,
        ofName: (name) => nameUnit(name, kind, context.scalars),
        ofFunction: (name) => functionNamed(name)?.unit,
      }),
    evaluate: (plot, scalars) => {
      try {
        const result = evaluateNode({ plot, scalars });
        if (result.re.length !== 1) throw notScalar(expression, result.re.length, plot, options.place);
        const value = real(result)[0]!;
        return Number.isFinite(value) ? { value } : { value, problem: `the result is ${value}` };
      } catch (error) {
        if (error instanceof NoValue) return { value: Number.NaN, problem: error.message };
        throw error;
      }
    },
  };
}

/** The unit of an expression over numbers whose units are known by name, such as `abs(offset)`; '' where it cannot be told. */
export function unitOfNumbers(expression: Expression, unitOfName: (name: string) => string): string {
  return unitOf(expression, {
    kind: 'op',
    ofName: unitOfName,
    ofFunction: (name) => functionNamed(name)?.unit,
  });
}

function namesOf(
  expression: Expression,
  known: ReadonlySet<string>,
): Pick<CompiledMeasurement, 'vectors' | 'scalars'> {
  const { names, vectors, variables } = references(expression);
  const read = new Set(vectors);
  const scalars = variables.map((index) => `$${index}`);
  for (const name of names) {
    if (known.has(name)) scalars.push(name);
    else if (!SCALE_NAMES.has(name) && !isKeyword(name)) read.add(canonicalVector(name));
  }
  return { vectors: [...read], scalars };
}

function isKeyword(name: string): boolean {
  return name === 'pi' || KEYWORDS.has(name);
}

function nameUnit(name: string, kind: AnalysisKind, scalars: ReadonlySet<string>): string {
  if (scalars.has(name) || name === 'pi') return '';
  return SCALE_NAMES.has(name) ? scaleUnit(kind) : vectorUnit(canonicalVector(name));
}

function notScalar(
  expression: Expression,
  points: number,
  plot: Plot,
  place: Place | undefined,
): SpiceLabError {
  const text = printExpression(expression);
  const at = plot.kind === 'tran' ? '1u' : '1k';
  return new SpiceLabError('EXPRESSION_TYPE', `${text} is a curve of ${points} points, not a number`, {
    place,
    remedy: `Make one number of it, with max(${text}), at(${text}, ${at}), when(${text}, 0.5), avg(${text}), …`,
  });
}
