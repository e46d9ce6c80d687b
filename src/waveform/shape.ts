import { childrenOf, type Expression, references } from '../expression/index.ts';
import { functionNamed } from './catalogue.ts';
import type { AnalysisKind } from './types.ts';
import { SCALE_NAMES } from './units.ts';

/** Kinds whose vectors have one point. */
const POINTS: ReadonlySet<AnalysisKind> = new Set(['op', 'tf']);

/** Whether an expression yields a single number in an analysis of this kind. */
export function isScalarIn(node: Expression, kind: AnalysisKind, scalars: ReadonlySet<string>): boolean {
  if (POINTS.has(kind)) return true;
  switch (node.kind) {
    case 'vector':
      return false;
    case 'name':
      return scalars.has(node.name) || node.name === 'pi' || /^[io]noise_total/.test(node.name);
    case 'call': {
      const known = functionNamed(node.name);
      const positional = node.args.filter((argument) => argument.name === undefined);
      const extreme = (node.name === 'max' || node.name === 'min') && positional.length > 1;
      if (known?.result === 'scalar' && !extreme) return true;
    }
  }
  return childrenOf(node).every((child) => isScalarIn(child, kind, scalars));
}

/** The one kind of analysis that an expression makes sense in; `undefined` when it does not tell. */
export function hintOf(expression: Expression, scalars: ReadonlySet<string>): AnalysisKind | undefined {
  const { names, calls, vectors } = references(expression);
  const own = names.filter((name) => !scalars.has(name));
  if (own.some((name) => /^[io]noise(_|$)/.test(name))) return 'noise';
  if (own.some((name) => /^(transfer_function|output_impedance|input_impedance)$/.test(name))) return 'tf';
  for (const name of own) {
    const scale = SCALE_NAMES.get(name);
    if (scale) return scale;
  }
  for (const call of calls) {
    const hint = functionNamed(call)?.hint ?? (COMPLEX.has(call) ? 'ac' : undefined);
    if (hint) return hint;
  }
  const reads = vectors.length > 0 || own.some((name) => name !== 'pi');
  return reads && !isScalarIn(expression, 'ac', scalars) ? 'op' : undefined;
}

/** Functions of complex numbers tell that an analysis is ac. */
const COMPLEX = new Set(['vdb', 'vp', 'vph', 'vm', 'vr', 'vi', 'db', 'ph', 'cph', 'imag', 'mag', 'real']);
