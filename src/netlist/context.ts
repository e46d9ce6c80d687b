import { evaluate, readNumber } from '../expression/index.ts';
import type { FlatInstance } from './elaborate.ts';
import type { Parameters } from './parameters.ts';
import { unwrap } from './tokens.ts';

const DEEPEST = 100;

/**
 * The value of a text on the line of an instance, with the parameters of the subcircuits around it; `undefined` where it
 * cannot be known. Inner names hide outer ones, as in ngspice.
 */
export function evaluateIn(
  text: string,
  instance: FlatInstance | undefined,
  parameters: Parameters,
  depth = 0,
): number | undefined {
  const parent = instance?.parent;
  if (!instance || !parent) return parameters.evaluate(text);
  const number = readNumber(unwrap(text));
  if (number) return number.value;
  const expression = parameters.parse(text);
  if (!expression || depth > DEEPEST) return undefined;
  const lookup = (name: string): number | undefined => {
    const local = instance.scope.parameters.findLast((card) => card.name === name);
    if (local) return evaluateIn(local.text, instance, parameters, depth + 1);
    const given = parent.card.parameters.findLast((parameter) => parameter.name === name);
    if (given) return evaluateIn(given.text, parent, parameters, depth + 1);
    const fallback = instance.scope.defaults.findLast((parameter) => parameter.name === name);
    if (fallback) return parameters.evaluate(fallback.text);
    return parent.parent ? evaluateIn(name, parent, parameters, depth + 1) : parameters.evaluate(name);
  };
  try {
    const value = evaluate(expression, lookup);
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
