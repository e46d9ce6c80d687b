import { compileValue } from './assignments.ts';
import { printExact } from './print-number.ts';

/** A command as a function of one row of variable values. */
export type RowCommand = (values: Float64Array) => string;

/**
 * Compiles the text of an analysis or of a `meas` command: every `{…}` is an expression over `$k` and is replaced by its
 * printed value. A command without braces is itself.
 * @throws SpiceLabError PLAN_INVALID as `compileValue`
 */
export function compileCommand(command: string, variables: number): RowCommand {
  const pieces = command.split(/\{([^{}]*)\}/);
  if (pieces.length === 1) return () => command;
  const values = pieces.map((piece, i) => (i % 2 === 1 ? compileValue(piece, variables) : undefined));
  return (row) => pieces.map((piece, i) => (values[i] ? printExact(values[i](row)) : piece)).join('');
}
