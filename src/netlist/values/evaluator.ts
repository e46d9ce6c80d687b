import { nearestNames, type Place, SpiceLabError } from '../../errors/index.ts';
import { type Expression, SCALAR_FUNCTIONS, suggest } from '../../expression/index.ts';
import type { Scope } from '../cards.ts';
import type { OpenTargets } from '../circuit-values.ts';
import type { DeckWarning } from '../classify.ts';
import type { FlatInstance } from '../elaborate.ts';
import { statisticalFunction } from '../statistical-functions.ts';
import type { ParameterText } from '../tokens.ts';
import { createBudget } from './budget.ts';
import type { Drawing } from './draws.ts';
import { constant, foldBinary, foldCall, foldUnary, numberOf } from './fold.ts';
import type { Binding, Environment, Frame, OpenSite, Origin } from './frame.ts';
import { findFunction, isNumeric, isStatistical, type Macro, namesOf, type ScopeNames } from './names.ts';
import { createTexts, type ReadText } from './text.ts';

/** A stretch of a line that is to be evaluated. */
export interface Written {
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly label: string;
}

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

/** Every parameter of a copy is assigned before it. */
const LAST = Number.POSITIVE_INFINITY;
/** What ngspice puts at the end of the lines of a subcircuit that is multiplied. */
const HANDED_ON: ParameterText = { name: 'm', text: 'm', nameStart: 0, start: 0, end: 0 };
const ROOM_TEMPERATURE = numberOf(27);
const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();
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
  const { root, open, drawing, placeOf } = options;
  const read = createTexts();
  const scopes = new Map<Scope, ScopeNames>();
  const frames = new Map<FlatInstance, Frame>();
  const noticed = new Set<string>();
  const budget = createBudget();
  /** Top-level parameters of a long chain that cannot be evaluated, so that each is tried once. */
  const failed = new Map<string, SpiceLabError>();

  const namesIn = (scope: Scope): ScopeNames => {
    let names = scopes.get(scope);
    if (!names) {
      names = namesOf(scope, read, options.multiplied.has(scope));
      scopes.set(scope, names);
      noticeCaptured(scope, names);
    }
    return names;
  };

  const noticeOnce = (message: string, line: number): void => {
    if (noticed.has(message)) return;
    noticed.add(message);
    options.notice({ message, place: placeOf(line) });
  };

  /** ngspice puts an outer statistical `.param` in the place of a name that the subcircuit defines itself. */
  const noticeCaptured = (scope: Scope, names: ScopeNames): void => {
    for (let outer = scope.parent; outer; outer = outer.parent) {
      for (const macro of namesIn(outer).macros.values()) {
        const own = names.formals.get(macro.name) ?? names.macros.get(macro.name);
        if (!own) continue;
        noticeOnce(
          `"${macro.name}" in ${scope.name} is its own parameter; ngspice itself reads the statistical .param of that name around it`,
          own.line,
        );
      }
    }
  };

  const rootFrame = (): Frame => ({
    scope: root,
    names: namesIn(root),
    instance: undefined,
    caller: undefined,
    given: NOTHING,
    opened: open.parameters,
    values: new Map(),
    open: new Set(),
  });
  let top: Frame | undefined;
  const frameOf = (instance: FlatInstance | undefined): Frame => {
    if (!instance?.body) {
      top ??= rootFrame();
      return top;
    }
    let frame = frames.get(instance);
    if (!frame) {
      frame = {
        scope: instance.body,
        names: namesIn(instance.body),
        instance,
        caller: frameOf(instance.parent),
        given: givenTo(instance),
        opened: open.instances.get(instance.name) ?? NOTHING,
        values: new Map(),
        open: new Set(),
      };
      frames.set(instance, frame);
    }
    return frame;
  };

  const givenTo = ({ card, scope }: FlatInstance): Map<string, ParameterText> => {
    const given = new Map(card.parameters.map((parameter) => [parameter.name, parameter]));
    return options.multiplied.has(scope) ? given.set('m', HANDED_ON) : given;
  };

  const originOf = (written: Written, frame: Frame, place: Origin['place'], isParameter = false): Origin => ({
    text: read(written.text),
    frame,
    line: written.line,
    start: written.start,
    place,
    label: written.label,
    isParameter,
    site: undefined,
    expansions: 0,
  });

  const environmentOf = (origin: Origin, frame: Frame, depth: number): Environment => ({
    frame,
    limit: LAST,
    given: false,
    scope: origin.frame.scope,
    bindings: undefined,
    origin,
    macro: undefined,
    partial: false,
    depth,
  });

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
        throw undefinedName(node.kind === 'vector' ? node.name : `$${node.index}`, environment);
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
    throw undefinedName(node.name, environment);
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
      return atSite(node, environment, () => givenInstead(name, found.frame, environment));
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
      const origin = originOf({ ...written, start: 0, label: 'temp' }, frameOf(undefined), 'body');
      ownTemperature = evaluateText(environmentOf(origin, frameOf(undefined), 0));
    }
    return ownTemperature ?? ROOM_TEMPERATURE;
  };

  /** The copy around a place that gives a name its meaning. */
  const findFrame = (
    name: string,
    from: Frame | undefined,
    environment?: Environment,
  ): { readonly frame: Frame; readonly macro: Macro | undefined } | undefined => {
    for (let frame = from; frame; frame = frame.caller) {
      if (frame.opened.has(name)) return { frame, macro: undefined };
      const limited = environment?.frame === frame ? environment : undefined;
      const macro = limited?.given ? undefined : frame.names.macros.get(name);
      // a value on the X line comes before the subcircuit's own, whether that draws or not
      if (macro) return { frame, macro: frame.given.has(name) ? undefined : macro };
      if (limited ? isAssigned(name, limited) : frame.names.formals.has(name))
        return { frame, macro: undefined };
    }
    return undefined;
  };

  const expandMacro = (
    macro: Macro,
    frame: Frame,
    environment: Environment,
    node: Expression,
  ): Expression => {
    const { depth, origin } = environment;
    const text = read(macro.text);
    if (depth > DEEPEST || !text.expression) throw recursive(macro.name, macro.line);
    budget.expand(origin, () => placeOf(origin.line));
    noticeCapturing(macro, frame, environment.frame);
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
    return atSite(node, environment, () => evaluate(text.expression!, inside));
  };

  /** What an X line or a study sets in the place of a statistical parameter of the subcircuit. */
  const givenInstead = (name: string, frame: Frame, environment: Environment): Expression => {
    // other copies draw here
    if (environment.origin.site) environment.origin.site.stands = true;
    const macro = frame.names.macros.get(name)!;
    if (!frame.opened.has(name)) {
      noticeOnce(
        `${frame.instance!.name} sets "${name}" of ${frame.scope.name}; ngspice itself draws it all the same`,
        frame.instance!.card.line,
      );
    }
    return parameterOf(name, frame, environment.depth, { ...macro, place: 'body', order: LAST });
  };

  /** ngspice puts the text of a statistical `.param` where it is used, and reads the names in it there. */
  const noticeCapturing = (macro: Macro, defined: Frame, used: Frame): void => {
    for (let frame: Frame | undefined = used; frame && frame !== defined; frame = frame.caller) {
      for (const name of read(macro.text).names) {
        const own = frame.names.formals.get(name) ?? frame.names.macros.get(name);
        if (!own) continue;
        noticeOnce(
          `"${name}" in the statistical .param ${macro.name} is the one where that is defined; ngspice itself reads the one of ${frame.scope.name}`,
          own.line,
        );
      }
    }
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
    if (frame.open.has(name) || depth > DEEPEST) throw recursive(name, formal.line);
    const given = frame.given.get(name);
    const written: Written & ParameterText = {
      ...(given ?? formal),
      ...lineAndLabel(name, frame, formal.line),
    };
    const owner = given ? frame.caller! : frame;
    const origin = originOf(written, owner, given ? 'body' : formal.place, given === undefined);
    if (depth > DEEP && frame.caller === undefined) prepare(name, frame);
    frame.open.add(name);
    try {
      const value = evaluateText({
        ...environmentOf(origin, frame, depth + 1),
        limit: frame.caller ? formal.order : LAST,
        given: given !== undefined,
      });
      frame.values.set(name, value);
      return value;
    } finally {
      frame.open.delete(name);
    }
  };

  /** Evaluates what a parameter reads, from the leaves up; what goes wrong there is told when it is really read. */
  const prepare = (name: string, frame: Frame): void => {
    const path = [name];
    const entered = new Set(path);
    while (path.length > 0) {
      const formal = frame.names.formals.get(path.at(-1)!)!;
      const next = [...read(formal.text).names].find(
        (other) => !entered.has(other) && frame.names.formals.has(other) && !frame.values.has(other),
      );
      if (next !== undefined) {
        entered.add(next);
        path.push(next);
        continue;
      }
      path.pop();
      if (path.length === 0 || frame.open.has(formal.name)) continue;
      try {
        parameterOf(formal.name, frame, 0);
      } catch (thrown) {
        if (!(thrown instanceof SpiceLabError) || thrown.code === 'DECK_TOO_LARGE') throw thrown;
        failed.set(formal.name, thrown);
      }
    }
  };

  const lineAndLabel = (name: string, frame: Frame, line: number): { line: number; label: string } => {
    const card = frame.instance?.card;
    return card && frame.given.has(name)
      ? { line: card.line, label: `${card.name}[${name}]` }
      : { line, label: name };
  };

  const evaluateCall = (
    node: Extract<Expression, { kind: 'call' }>,
    environment: Environment,
  ): Expression => {
    const { name, args } = node;
    const own = findFunction(name, environment.scope);
    if (own) {
      const { card, scope } = own;
      if (card.args.filter((argument) => argument !== '').length !== args.length) {
        throw new SpiceLabError(
          'EXPRESSION_TYPE',
          `${name} takes ${card.args.length} arguments, not ${args.length}`,
          {
            place: placeOf(environment.origin.line),
            remedy: `Write ${name}(${card.args.join(', ')}).`,
          },
        );
      }
      const body = read(card.body);
      if (environment.depth > DEEPEST || !body.expression) throw recursive(name, environment.origin.line);
      budget.expand(environment.origin, () => placeOf(environment.origin.line));
      const bindings = new Map<string, Binding>(
        card.args.flatMap((argument, i) =>
          args[i] ? [[argument, { expression: args[i].value, environment }] as const] : [],
        ),
      );
      const inside = { ...environment, scope, bindings, depth: environment.depth + 1 };
      return atSite(node, environment, () => evaluate(body.expression!, inside));
    }
    if (isStatistical(name, args.length)) return draw(node, environment);
    if (name === 'limit') return clamp(args.map((argument) => evaluate(argument.value, environment)));
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
    if (!valid && !environment.partial) throw wrongCall(name, count, known !== undefined, environment);
    const values = args.map((argument) => evaluate(argument.value, environment));
    if (!valid) return { ...node, args: values.map((value) => ({ value })) };
    return foldCall(name, values);
  };

  const draw = (node: Extract<Expression, { kind: 'call' }>, environment: Environment): Expression => {
    const { origin, macro } = environment;
    statisticalFunction(node.name, node.args.length, placeOf(origin.line));
    return atSite(node, environment, () => {
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

  /** Runs an expansion as a site of the text, unless it is inside of one. */
  const atSite = (node: Expression, environment: Environment, expand: () => Expression): Expression => {
    const { origin } = environment;
    if (origin.site) return expand();
    const span = origin.text.spanOf(node);
    const opened: OpenSite = {
      site: {
        scope: origin.frame.scope,
        line: origin.line,
        start: origin.start + span.start,
        end: origin.start + span.end,
        place: origin.place,
      },
      stands: false,
    };
    origin.site = opened;
    try {
      const value = expand();
      if (opened.stands) drawing.expanded({ site: opened.site, instance: origin.frame.instance, value });
      return value;
    } finally {
      origin.site = undefined;
    }
  };

  const undefinedName = (name: string, environment: Environment): SpiceLabError => {
    const { origin, frame } = environment;
    const inside = frame.scope.name === '' ? '' : ` in ${frame.scope.name}`;
    return new SpiceLabError('PARAMETER_UNDEFINED', `the parameter "${name}" is not defined${inside}`, {
      place: placeOf(origin.line),
      remedy: whatToDefine(name, frame),
    });
  };

  const whatToDefine = (name: string, frame: Frame): string => {
    const visible: string[] = [];
    for (let around: Frame | undefined = frame; around; around = around.caller)
      visible.push(...around.names.formals.keys(), ...around.names.macros.keys());
    return nearestNames(name, visible).length > 0 ? suggest(name, visible) : `Add a line .param ${name}=….`;
  };

  const wrongCall = (name: string, count: number, known: boolean, { origin }: Environment): SpiceLabError =>
    known
      ? new SpiceLabError('EXPRESSION_TYPE', `"${name}" does not take ${count} arguments`, {
          place: placeOf(origin.line),
          remedy: `Correct the arguments of ${name}.`,
        })
      : new SpiceLabError('EXPRESSION_NAME', `there is no function "${name}"`, {
          place: placeOf(origin.line),
          remedy: suggest(name, SCALAR_FUNCTIONS.keys()),
        });

  const recursive = (name: string, line: number): SpiceLabError =>
    new SpiceLabError('DECK_SYNTAX', `the parameter "${name}" is defined by itself`, {
      place: placeOf(line),
      remedy: 'Follow the names in its definition, and break the loop.',
    });

  return {
    read,
    frameOf,
    evaluate: (written, frame) => evaluateText(environmentOf(originOf(written, frame, 'body'), frame, 0)),
    evaluatePartly: (written, frame) =>
      evaluateText({ ...environmentOf(originOf(written, frame, 'body'), frame, 0), partial: true }),
    sees: (name, frame) => findFrame(name, frame) !== undefined || name === 'temper' || CONSTANTS.has(name),
    valueOf: (name, frame) =>
      frame.opened.has(name) || frame.names.formals.has(name) ? parameterOf(name, frame, 0) : undefined,
  };
}

/** Whether a parameter of the subcircuit has its value when the one at the limit is assigned. */
function isAssigned(name: string, { frame, limit }: Environment): boolean {
  const formal = frame.names.formals.get(name);
  if (!formal) return false;
  if (formal.order < limit) return true;
  return formal.order > limit && isNumeric((frame.given.get(name) ?? formal).text);
}

/** `limit(x, a, b)`: x, but no lower than the lower and no higher than the higher of the two. */
function clamp(args: readonly Expression[]): Expression {
  const [x, a, b] = args as [Expression, Expression, Expression];
  return foldCall('min', [foldCall('max', [x, foldCall('min', [a, b])]), foldCall('max', [a, b])]);
}
