import { type Place, SpiceLabError } from '../../errors/index.ts';
import { type Expression, SCALAR_FUNCTIONS } from '../../expression/index.ts';
import type { Scope } from '../cards.ts';
import type { OpenTargets } from '../circuit-values.ts';
import type { DeckWarning } from '../classify.ts';
import type { FlatInstance } from '../elaborate.ts';
import { statisticalFunction } from '../statistical-functions.ts';
import { createBudget } from './budget.ts';
import { evaluateLeaves } from './chain.ts';
import type { Drawing } from './draws.ts';
import { recursive, undefinedName, wrongArguments, wrongCall } from './errors.ts';
import { constant, foldBinary, foldCall, foldClamp, foldUnary, numberOf } from './fold.ts';
import {
  assignmentOf,
  type Binding,
  type Environment,
  environmentOf,
  type Frame,
  LAST,
  originOf,
  type Written,
} from './frame.ts';
import { createFrames } from './frames.ts';
import { findFrame } from './lookup.ts';
import { type FoundFunction, findFunction, isStatistical, type Macro } from './names.ts';
import { createNotices } from './notices.ts';
import { atSite } from './site.ts';
import { createTexts, type ReadText } from './text.ts';

export interface EvaluatorOptions {
  readonly root: Scope;
  readonly open: OpenTargets;
  readonly drawing: Drawing;
  /** What the deck says about its temperature in degrees Celsius. */
  readonly temperature: { readonly text: string; readonly line: number } | undefined;
  /** Subcircuits that some X line gives an `m=` that they do not define themselves. */
  readonly multiplied: ReadonlySet<Scope>;
  placeOf(line: number): Place;
  notice(warning: DeckWarning): void;
}

export interface Evaluator {
  readonly read: ReadText;
  frameOf(instance: FlatInstance | undefined): Frame;
  /** @throws SpiceLabError PARAMETER_UNDEFINED, EXPRESSION_*, DECK_SYNTAX */
  evaluate(written: Written, frame: Frame): Expression;
  /** As `evaluate`, but what only the simulation knows stays as it is. */
  evaluatePartly(written: Written, frame: Frame): Expression;
  /** Whether a line of this copy knows the name. */
  sees(name: string, frame: Frame): boolean;
  /** The value of a parameter of a copy, or of the value that its X line sets. */
  valueOf(name: string, frame: Frame): Expression | undefined;
}

type Call = Extract<Expression, { kind: 'call' }>;

const ROOM_TEMPERATURE = numberOf(27);
/** Definitions inside of definitions beyond this are a loop. */
const DEEPEST = 400;
/** Beyond this, what a top-level parameter reads is evaluated first, so that long chains need no stack. */
const DEEP = 50;
/** What texts know besides parameters. */
const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['true', 1],
  ['false', 0],
]);

/**
 * Evaluates the texts of a flattened circuit as ngspice 39 does, each when it is asked for and parameters once: names are
 * looked up in the subcircuit instance, then in the one that calls it, up to the top level; functions and statistical
 * `.param`s are texts put in place of their names. What draws and targets make open stays an expression.
 */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const { open, drawing, placeOf } = options;
  const read = createTexts();
  const notices = createNotices(read, placeOf, options.notice);
  const frameOf = createFrames({ ...options, read, notices });
  const budget = createBudget();
  /** Top-level parameters of a long chain that cannot be evaluated, so that each is tried once. */
  const failed = new Map<string, SpiceLabError>();

  const whereOf = ({ frame, origin }: Environment): [Frame, Place] => [frame, placeOf(origin.line)];

  const evaluateText = (environment: Environment): Expression => {
    const { text, line } = environment.origin;
    if (text.expression) return budget.check(evaluate(text.expression, environment), () => placeOf(line));
    throw text.error instanceof SpiceLabError
      ? new SpiceLabError(text.error.code, text.error.message, {
          place: placeOf(line),
          remedy: text.error.remedy,
        })
      : text.error;
  };

  const evaluate = (node: Expression, environment: Environment): Expression => {
    switch (node.kind) {
      case 'number':
        return node;
      case 'variable':
      case 'vector':
        if (environment.partial) return node;
        throw undefinedName(node.kind === 'vector' ? node.name : `$${node.index}`, ...whereOf(environment));
      case 'name':
        return evaluateName(node, environment);
      case 'unary':
        return foldUnary(node.operator, evaluate(node.operand, environment));
      case 'binary':
        return foldBinary(node.operator, evaluate(node.left, environment), evaluate(node.right, environment));
      case 'conditional': {
        const test = evaluate(node.test, environment);
        const known = constant(test);
        if (known !== undefined) return evaluate(known !== 0 ? node.whenTrue : node.whenFalse, environment);
        const whenTrue = evaluate(node.whenTrue, environment);
        return { kind: 'conditional', test, whenTrue, whenFalse: evaluate(node.whenFalse, environment) };
      }
      case 'call':
        return evaluateCall(node, environment);
    }
  };

  const evaluateName = (
    node: Extract<Expression, { kind: 'name' }>,
    environment: Environment,
  ): Expression => {
    const found = find(node.name, environment, node);
    if (found) return found;
    if (environment.partial) return node;
    throw undefinedName(node.name, ...whereOf(environment));
  };

  const find = (name: string, environment: Environment, node: Expression): Expression | undefined => {
    const bound = environment.bindings?.get(name);
    if (bound) return evaluate(bound.expression, { ...bound.environment, depth: environment.depth });
    if (environment.given) {
      // statistical .params are put into the text of the X line before anything is assigned
      const lexical = findFrame(name, environment.frame.caller);
      if (lexical?.macro) return expandMacro(lexical.macro, lexical.frame, environment, node);
    }
    const found = findFrame(name, environment.frame, environment);
    if (found?.macro) return expandMacro(found.macro, found.frame, environment, node);
    if (found?.frame.names.macros.has(name) && !environment.given)
      return atSite(node, environment.origin, drawing, () => givenInstead(name, found.frame, environment));
    if (found) return parameterOf(name, found.frame, environment.depth);
    if (name === 'temper') return temperature();
    const known = CONSTANTS.get(name);
    return known === undefined ? undefined : numberOf(known);
  };

  let ownTemperature: Expression | undefined;
  const temperature = (): Expression => {
    if (open.temperature) return open.temperature;
    const { temperature: written } = options;
    if (!ownTemperature && written) {
      // a temperature that depends on itself is the usual one
      ownTemperature = ROOM_TEMPERATURE;
      const origin = originOf(read, { ...written, start: 0, label: 'temp' }, frameOf(undefined));
      ownTemperature = evaluateText(environmentOf(origin, frameOf(undefined), 0));
    }
    return ownTemperature ?? ROOM_TEMPERATURE;
  };

  const expandMacro = (
    macro: Macro,
    frame: Frame,
    environment: Environment,
    node: Expression,
  ): Expression => {
    const { depth, origin } = environment;
    const text = read(macro.text);
    if (depth > DEEPEST || !text.expression) throw recursive(macro.name, placeOf(macro.line));
    budget.expand(origin, () => placeOf(origin.line));
    notices.capturing(macro, frame, environment.frame);
    const inside: Environment = {
      frame,
      limit: LAST,
      given: false,
      scope: frame.scope,
      bindings: undefined,
      origin,
      macro: { name: macro.name, global: frame.caller === undefined },
      partial: environment.partial,
      depth: depth + 1,
    };
    return atSite(node, environment.origin, drawing, () => evaluate(text.expression!, inside));
  };

  /** What an X line or a study sets in the place of a statistical parameter of the subcircuit. */
  const givenInstead = (name: string, frame: Frame, environment: Environment): Expression => {
    // other copies draw here
    if (environment.origin.site) environment.origin.site.stands = true;
    const macro = frame.names.macros.get(name)!;
    if (!frame.opened.has(name)) notices.overridden(name, frame);
    return parameterOf(name, frame, environment.depth, { ...macro, place: 'body', order: LAST });
  };

  /** The value of a parameter that is assigned once in each copy. */
  const parameterOf = (
    name: string,
    frame: Frame,
    depth: number,
    formal = frame.names.formals.get(name)!,
  ): Expression => {
    const opened = frame.opened.get(name);
    if (opened) return opened;
    const known = frame.values.get(name);
    if (known) return known;
    if (frame.caller === undefined && failed.has(name)) throw failed.get(name);
    if (frame.open.has(name) || depth > DEEPEST) throw recursive(name, placeOf(formal.line));
    const { origin, given } = assignmentOf(name, frame, formal, read);
    if (depth > DEEP && frame.caller === undefined)
      evaluateLeaves(name, frame, read, failed, (leaf) => parameterOf(leaf, frame, 0));
    frame.open.add(name);
    try {
      const value = evaluateText({
        ...environmentOf(origin, frame, depth + 1),
        limit: frame.caller ? formal.order : LAST,
        given,
      });
      frame.values.set(name, value);
      return value;
    } finally {
      frame.open.delete(name);
    }
  };

  const evaluateCall = (node: Call, environment: Environment): Expression => {
    const { name, args } = node;
    const own = findFunction(name, environment.scope);
    if (own) return expandFunction(node, own, environment);
    if (isStatistical(name, args.length)) return draw(node, environment);
    if (name === 'limit') return foldClamp(args.map((argument) => evaluate(argument.value, environment)));
    if ((name === 'ternary_fcn' || name === 'if') && args.length === 3) {
      const [test, whenTrue, whenFalse] = args.map((argument) => argument.value);
      return evaluate(
        { kind: 'conditional', test: test!, whenTrue: whenTrue!, whenFalse: whenFalse! },
        environment,
      );
    }
    const known = SCALAR_FUNCTIONS.get(name);
    const count = args.length;
    const valid = known && count >= known.least && count <= (known.most ?? Number.POSITIVE_INFINITY);
    if (!valid && !environment.partial) throw wrongCall(name, count, placeOf(environment.origin.line));
    const values = args.map((argument) => evaluate(argument.value, environment));
    if (!valid) return { ...node, args: values.map((value) => ({ value })) };
    return foldCall(name, values);
  };

  const expandFunction = (
    node: Call,
    { card, scope }: FoundFunction,
    environment: Environment,
  ): Expression => {
    const { origin, depth } = environment;
    const place = () => placeOf(origin.line);
    const formals = card.args.filter((argument) => argument !== '');
    if (formals.length !== node.args.length) throw wrongArguments(card, node.args.length, place());
    const body = read(card.body);
    if (depth > DEEPEST || !body.expression) throw recursive(node.name, place());
    budget.expand(origin, place);
    const bindings = new Map(
      formals.map((formal, i): [string, Binding] => [
        formal,
        { expression: node.args[i]!.value, environment },
      ]),
    );
    const inside = { ...environment, scope, bindings, depth: depth + 1 };
    return atSite(node, origin, drawing, () => evaluate(body.expression!, inside));
  };

  const draw = (node: Call, environment: Environment): Expression => {
    const { origin, macro } = environment;
    statisticalFunction(node.name, node.args.length, placeOf(origin.line));
    return atSite(node, origin, drawing, () => {
      const args = node.args.map((argument) => evaluate(argument.value, environment));
      const { site } = origin.site!;
      origin.site!.stands = true;
      return drawing.draw({
        call: node.name,
        args,
        name: macro?.name ?? origin.label,
        global: macro?.global ?? (origin.isParameter && origin.frame.caller === undefined),
        instance: origin.frame.instance,
        site,
      });
    });
  };

  return {
    read,
    frameOf,
    evaluate: (written, frame) => evaluateText(environmentOf(originOf(read, written, frame), frame, 0)),
    evaluatePartly: (written, frame) =>
      evaluateText({ ...environmentOf(originOf(read, written, frame), frame, 0), partial: true }),
    sees: (name, frame) => findFrame(name, frame) !== undefined || name === 'temper' || CONSTANTS.has(name),
    valueOf: (name, frame) =>
      frame.opened.has(name) || frame.names.formals.has(name) ? parameterOf(name, frame, 0) : undefined,
  };
}
