import { type Expression, evaluate, parseExpression, references, substitute } from '../expression/index.ts';
import { type Deck, findStatisticalCalls } from '../netlist/index.ts';
import { bind, variablesOf } from './fold.ts';
import type { EvaluatedCircuit } from './residual-assignments.ts';
import { type Setting, type Settings, settingValue } from './settings.ts';
import type { Notice } from './types.ts';

const NO_NUMBER = new Set<string>();
const DEEPEST = 100;

/** What names mean in measurements and commands: the deck's parameters and the study's variables, as numbers or over `$k`. */
export interface Symbols {
  /** A top-level `.param`, a variable by name, or `temper`; `undefined` for anything else. In lower case. */
  expressionOf(name: string): Expression | undefined;
  /** The expression with all such names replaced, and folded to a number where nothing is left to vary. */
  resolve(expression: Expression, kept?: ReadonlySet<string>): Expression;
  /** Text of a deck (`{vdd/2}`, `'2*t'`) read and resolved; `undefined` where it cannot be read. */
  read(text: string): Expression | undefined;
  readonly names: Iterable<string>;
}

/**
 * @param evaluated the first circuit, for parameters that follow its draws
 * @param notices is told where circuits of different corners give a parameter different values, of which only the first
 * can be used in a measurement, and of parameters that have no one value
 */
export function createSymbols(
  decks: readonly Deck[],
  evaluated: EvaluatedCircuit | undefined,
  settings: Settings,
  notices: Notice[],
): Symbols {
  const deck = decks[0]!;
  const { parameters } = deck;
  const known = new Map<string, Expression | undefined>();
  const open = new Set<string>();
  const byVariable = variablesByName(settings);
  const drawsVary = settings.variables.some((variable) => variable.class !== undefined);

  const find = (name: string): Expression | undefined => {
    const setting = settings.find(`parameter:${name}`) ?? byVariable.get(name);
    if (setting) return parseExpression(settingValue(setting));
    if (name === 'temper') {
      const temperature = settings.find('temperature');
      return temperature
        ? parseExpression(settingValue(temperature))
        : { kind: 'number', value: temperatureOf(deck) };
    }
    const drawn = evaluated && drawnValue(name, deck, evaluated);
    if (drawn) return drawn;
    if (evaluated && open.size === 1 && drawsVary && isLeftOut(name, deck, evaluated))
      notices.push({
        message: `${name} draws, but nothing in the circuit reads its value: measurements and analyses have the nominal one, ${parameters.value(name)}. A copy that both read, .param NAME={${name}}, is drawn once`,
      });
    const text = parameters.text(name);
    const expression = text === undefined ? undefined : parameters.parse(text);
    if (!expression) return undefined;
    const resolved = resolve(expression);
    warnOfCorners(name, decks, notices, resolved);
    return resolved;
  };
  const expressionOf = (name: string): Expression | undefined => {
    if (known.has(name)) return known.get(name);
    if (open.has(name) || open.size > DEEPEST) return undefined;
    open.add(name);
    const found = find(name);
    open.delete(name);
    known.set(name, found);
    return found;
  };
  const resolve = (expression: Expression, kept = NO_NUMBER): Expression => {
    const replaced = substitute(expression, (node) =>
      node.kind === 'name' && !kept.has(node.name) ? expressionOf(node.name) : undefined,
    );
    return fold(replaced);
  };
  return {
    expressionOf,
    resolve,
    read: (text) => {
      const expression = parameters.parse(text);
      return expression && resolve(expression);
    },
    names: [...parameters.names, ...byVariable.keys()],
  };
}

/** The value of a parameter that follows the deck's draws, over the plan's variables; `undefined` where none reaches it. */
function drawnValue(
  name: string,
  deck: Deck,
  { surveyed, binding }: EvaluatedCircuit,
): Expression | undefined {
  const value = deck.parameters.has(name) ? surveyed.survey.values.value(name) : undefined;
  const bound = value && bind(value, binding);
  return bound && variablesOf(bound).length > 0 ? bound : undefined;
}

/** Whether the circuit does not tell a parameter's value, because to know it would take another draw than it makes. */
const isLeftOut = (name: string, deck: Deck, { surveyed }: EvaluatedCircuit): boolean =>
  callsOf(name, deck.parameters) && surveyed.survey.values.value(name) === undefined;

/** Whether the text of a parameter, or of one that it reads, calls a statistical function. */
function callsOf(name: string, parameters: Deck['parameters'], seen = new Set<string>()): boolean {
  const text = seen.has(name) ? undefined : parameters.text(name);
  if (text === undefined) return false;
  if (findStatisticalCalls(text).length > 0) return true;
  seen.add(name);
  const expression = parameters.parse(text);
  return (
    expression !== undefined && references(expression).names.some((read) => callsOf(read, parameters, seen))
  );
}

function variablesByName(settings: Settings): Map<string, Setting> {
  const byName = new Map<string, Setting>();
  for (const setting of settings.all()) {
    for (const entry of [setting.axis, setting.random]) {
      const name = entry && settings.variables[entry.variable]!.name.toLowerCase();
      if (name !== undefined && !byName.has(name)) byName.set(name, setting);
    }
  }
  return byName;
}

/** The value of an expression in which nothing varies, as a number; others as they are. */
function fold(expression: Expression): Expression {
  const { names, vectors, variables } = references(expression);
  if (expression.kind === 'number' || names.length + vectors.length + variables.length > 0) return expression;
  try {
    const value = evaluate(expression);
    return Number.isFinite(value) ? { kind: 'number', value } : expression;
  } catch {
    return expression;
  }
}

const ROOM_TEMPERATURE = 27;

function temperatureOf(deck: Deck): number {
  for (const { text } of deck.lines) {
    const match = /^\.temp\s+(\S+)/i.exec(text) ?? /^\.options?\b.*[\s,]temp\s*=\s*([^\s,]+)/i.exec(text);
    const value = match && deck.parameters.evaluate(match[1]!);
    if (typeof value === 'number') return value;
  }
  return ROOM_TEMPERATURE;
}

function warnOfCorners(name: string, decks: readonly Deck[], notices: Notice[], resolved: Expression): void {
  if (resolved.kind !== 'number') return;
  const values = decks.map((deck) => deck.parameters.value(name));
  if (values.every((value) => value === values[0])) return;
  notices.push({
    message: `measurements use ${name} = ${values[0]}, though it differs between the corners' library sections`,
  });
}
