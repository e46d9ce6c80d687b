import type { FlatInstance } from './elaborate.ts';
import type { Parameters } from './parameters.ts';

/** The value of a text on the line of an instance; `undefined` where it cannot be known. */
export const evaluateIn = (
  text: string,
  instance: FlatInstance | undefined,
  parameters: Parameters,
): number | undefined => parameters.evaluate(text, instance);
