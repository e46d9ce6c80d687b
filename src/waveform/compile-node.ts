import { type Place, SpiceLabError } from '../errors/index.ts';
import { type Argument, type Expression, printExpression, suggest } from '../expression/index.ts';
import { map, negate, OPERATIONS, real, scalar, select } from './arithmetic.ts';
import { functionNamed, functionNames } from './catalogue.ts';
import type { VectorFunction } from './function.ts';
import { canonicalVector, findVector } from './names.ts';
import { NoValue, type Plot, type Vector } from './types.ts';
import { SCALE_NAMES, scaleUnit, unitOf, vectorUnit } from './units.ts';

/** What a compiled expression is evaluated in. */
export interface Environment {
  readonly plot: Plot;
  readonly scalars: ((name: string) => number | undefined) | undefined;
}

export type VectorNode = (environment: Environment) => Vector;

export interface NodeContext {
  readonly place: Place | undefined;
  readonly scalars: ReadonlySet<string>;
}

/** Words that named arguments may take in place of a number. */
export const KEYWORDS: ReadonlyMap<string, number> = new Map([
  ['last', Number.POSITIVE_INFINITY],
  ['dc', 0],
  ['peak', 1],
]);

const PI = scalar(Math.PI);

/** An expression as a function of a plot. @throws SpiceLabError EXPRESSION_NAME, EXPRESSION_TYPE */
export function compileNode(node: Expression, context: NodeContext): VectorNode {
  switch (node.kind) {
    case 'number': {
      const constant = scalar(node.value);
      return () => constant;
    }
    case 'variable':
      return compileName(`$${node.index}`, context);
    case 'name':
      return compileName(node.name, context);
    case 'vector':
      return ({ plot }) => findVector(plot, node.name) ?? missing(node.name, plot, context.place);
    case 'unary':
      return compileUnary(node.operator, compileNode(node.operand, context));
    case 'binary': {
      const operation = OPERATIONS[node.operator];
      const left = compileNode(node.left, context);
      const right = compileNode(node.right, context);
      return (environment) => operation(left(environment), right(environment));
    }
    case 'conditional': {
      const test = compileNode(node.test, context);
      const whenTrue = compileNode(node.whenTrue, context);
      const whenFalse = compileNode(node.whenFalse, context);
      return (environment) => {
        const mask = test(environment);
        // a scalar test decides which side is looked at, so that the other may have no value
        if (mask.re.length === 1) return real(mask)[0] !== 0 ? whenTrue(environment) : whenFalse(environment);
        return select(mask, whenTrue(environment), whenFalse(environment));
      };
    }
    case 'call':
      return compileCall(node.name, node.args, context);
  }
}

function compileName(name: string, context: NodeContext): VectorNode {
  const canonical = canonicalVector(name);
  return ({ plot, scalars }) => {
    const value = scalars?.(name);
    if (value !== undefined) return scalar(value);
    if (!context.scalars.has(name)) {
      const found = SCALE_NAMES.has(name) ? plot.vectors.get(plot.scale) : findVector(plot, canonical);
      if (found) return found;
      if (name === 'pi') return PI;
    }
    return missing(name, plot, context.place);
  };
}

function missing(name: string, plot: Plot, place: Place | undefined): never {
  throw new SpiceLabError('EXPRESSION_NAME', `the ${plot.kind} analysis has no ${name}`, {
    place,
    remedy: suggest(name, [...plot.vectors.keys()].map(canonicalVector)),
  });
}

function compileUnary(operator: '-' | '+' | '!' | '%', operand: VectorNode): VectorNode {
  switch (operator) {
    case '-':
      return (environment) => negate(operand(environment));
    case '+':
      return operand;
    case '!':
      return (environment) => map(operand(environment), (x) => (x === 0 ? 1 : 0));
    case '%':
      return (environment) => map(operand(environment), (x) => x / 100);
  }
}

function compileCall(name: string, args: readonly Argument[], context: NodeContext): VectorNode {
  const known = functionNamed(name);
  if (!known) {
    throw new SpiceLabError('EXPRESSION_NAME', `there is no function "${name}"`, {
      place: context.place,
      remedy: suggest(name, functionNames()),
    });
  }
  checkArguments(known, args, context.place);
  const positional = args.filter((argument) => argument.name === undefined);
  const named = args.filter((argument) => argument.name !== undefined);
  const values = positional.map((argument) => compileNode(argument.value, context));
  const options = named.map(({ name: key, value }): [string, VectorNode] => [
    key!,
    compileOption(value, context),
  ]);
  const texts = positional.map((argument) => printExpression(argument.value));
  // units of arguments tell dB from magnitudes; the kind of analysis matters to none that is asked for
  const units = positional.map(({ value }) =>
    unitOf(value, {
      kind: 'ac',
      ofName: (word) => (context.scalars.has(word) ? '' : nameUnit(word)),
      ofFunction: (word) => functionNamed(word)?.unit,
    }),
  );
  return (environment) => {
    const numbers: Record<string, number> = {};
    for (const [key, value] of options) numbers[key] = oneNumber(value(environment), `${name}(${key}=)`);
    return known.apply({
      plot: environment.plot,
      args: values.map((value) => value(environment)),
      texts,
      units,
      named: numbers,
    });
  };
}

function nameUnit(word: string): string {
  return SCALE_NAMES.has(word) ? scaleUnit('ac') : vectorUnit(canonicalVector(word));
}

function compileOption(value: Expression, context: NodeContext): VectorNode {
  const keyword = value.kind === 'name' ? KEYWORDS.get(value.name) : undefined;
  if (keyword === undefined) return compileNode(value, context);
  const constant = scalar(keyword);
  return () => constant;
}

function oneNumber(vector: Vector, what: string): number {
  const value = vector.re[0];
  if (vector.re.length === 1 && value !== undefined && !Number.isNaN(value)) return value;
  throw new NoValue(`${what} is not one number`);
}

function checkArguments(known: VectorFunction, args: readonly Argument[], place: Place | undefined): void {
  const remedy = `Write ${known.signature}.`;
  const count = args.filter((argument) => argument.name === undefined).length;
  if (count < known.least || count > known.most) {
    const wanted = known.least === known.most ? `${known.least}` : `${known.least} to ${known.most}`;
    throw new SpiceLabError('EXPRESSION_TYPE', `${known.name} takes ${wanted} arguments, not ${count}`, {
      place,
      remedy,
    });
  }
  const seen = new Set<string>();
  for (const { name } of args) {
    if (name === undefined) continue;
    if (!known.named.includes(name) || seen.has(name)) {
      const problem = seen.has(name) ? 'takes one argument' : 'takes no argument';
      throw new SpiceLabError('EXPRESSION_TYPE', `${known.name} ${problem} named "${name}"`, {
        place,
        remedy,
      });
    }
    seen.add(name);
  }
}
