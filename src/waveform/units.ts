import type { Expression } from '../expression/index.ts';
import type { UnitRule } from './function.ts';
import type { AnalysisKind } from './types.ts';

/** Unit of an analysis' scale; a dc sweep counts as one of voltage. */
export function scaleUnit(kind: AnalysisKind): string {
  return { op: '', tf: '', dc: 'V', ac: 'Hz', noise: 'Hz', tran: 's' }[kind];
}

/** Names that stand for the scale itself. */
export const SCALE_NAMES: ReadonlyMap<string, AnalysisKind> = new Map([
  ['time', 'tran'],
  ['frequency', 'ac'],
  ['hertz', 'ac'],
  ['sweep', 'dc'],
]);

/** Unit of a vector by its canonical name; '' when it is not known. */
export function vectorUnit(name: string): string {
  const parameter = /^@.*\[(.*)\]$/.exec(name)?.[1];
  if (parameter !== undefined) return parameterUnit(parameter);
  if (name.startsWith('v(')) return 'V';
  if (name.startsWith('i(')) return 'A';
  if (/^[io]noise_(total|rms)/.test(name)) return 'V';
  if (/^[io]noise_spectrum/.test(name)) return 'V/√Hz';
  if (/impedance/.test(name)) return 'Ohm';
  return '';
}

const PARAMETER_UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(gm|gmb|gmbs|gds|gbd|gbs|gd|gs|go|gpi|gmu|gx|g|conductance)$/, 'S'],
  [/^(i|id|ids|is|ig|ib|ie|ic|isub|ibd|ibs|igidl|igisl|igs|igd|igb|igcs|igcd|cd|cbd_i|current)$/, 'A'],
  [/^(v|vth|von|vdsat|vds|vgs|vbs|vgd|vbe|vbc|vce|vd|vdss|voltage|delvto|vbd|dc)$/, 'V'],
  [/^(c|capacitance|c[gdsbi]{2,3}|capb[ds]|cbd|cbs|cg|cj|cpi|cmu|cbx|csub)$/, 'F'],
  [/^(q|q[gdsb]|qinv|qdef)$/, 'C'],
  [/^(r|resistance|rd|rs|rdson|rds)$/, 'Ohm'],
  [/^(p|power)$/, 'W'],
  [/^(w|l|weff|leff|sa|sb|sd)$/, 'm'],
  [/^(inductance)$/, 'H'],
  [/^(temp|dtemp)$/, '°C'],
];

function parameterUnit(parameter: string): string {
  return PARAMETER_UNITS.find(([pattern]) => pattern.test(parameter))?.[1] ?? '';
}

const PRODUCTS: Readonly<Record<string, string>> = {
  'V*A': 'W',
  'V*S': 'A',
  'A*Ohm': 'V',
  'A*s': 'C',
  'V*F': 'C',
  'W*s': 'J',
  'Hz*s': '',
  'S*Ohm': '',
};
const QUOTIENTS: Readonly<Record<string, string>> = {
  'V/A': 'Ohm',
  'A/V': 'S',
  'A/S': 'V',
  'V/Ohm': 'A',
  'W/V': 'A',
  'W/A': 'V',
  'S/F': 'Hz',
  'C/s': 'A',
  'C/V': 'F',
  'V/s': 'V/s',
  'A/s': 'A/s',
  '/s': 'Hz',
  '/Hz': 's',
  '/Ohm': 'S',
  '/S': 'Ohm',
};

export function productUnit(a: string, b: string): string {
  if (a === '' || b === '') return a + b;
  return PRODUCTS[`${a}*${b}`] ?? PRODUCTS[`${b}*${a}`] ?? '';
}

export function quotientUnit(a: string, b: string): string {
  if (b === '' || b === 'dB') return a;
  return a === b ? '' : (QUOTIENTS[`${a}/${b}`] ?? '');
}

export function ruledUnit(rule: UnitRule, argument: string, kind: AnalysisKind): string {
  switch (rule) {
    case 'of the argument':
      return argument;
    case 'of the scale':
      return scaleUnit(kind);
    case 'argument per scale': {
      const scale = scaleUnit(kind);
      return argument === '' ? quotientUnit('', scale) : (QUOTIENTS[`${argument}/${scale}`] ?? '');
    }
    case 'argument times scale':
      return kind === 'tran' && argument === 'V' ? 'V·s' : productUnit(argument, scaleUnit(kind));
    case 'none':
      return '';
    default:
      return rule;
  }
}

/** What `unitOf` must be told: the unit of a bare name, and the rule of a function. */
export interface UnitContext {
  readonly kind: AnalysisKind;
  readonly ofName: (name: string) => string;
  readonly ofFunction: (name: string) => UnitRule | undefined;
}

/** Unit of an expression's value; '' when it has none or none is known. */
export function unitOf(node: Expression, context: UnitContext): string {
  const inside = (child: Expression): string => unitOf(child, context);
  switch (node.kind) {
    case 'number':
    case 'variable':
      return '';
    case 'vector':
      return vectorUnit(node.name);
    case 'name':
      return context.ofName(node.name);
    case 'unary':
      return node.operator === '!' || node.operator === '%' ? '' : inside(node.operand);
    case 'conditional':
      return sumUnit(inside(node.whenTrue), inside(node.whenFalse));
    case 'call': {
      const first = node.args.find((argument) => argument.name === undefined);
      const rule = context.ofFunction(node.name);
      return first && rule ? ruledUnit(rule, inside(first.value), context.kind) : '';
    }
    case 'binary':
      return binaryUnit(node.operator, inside(node.left), inside(node.right));
  }
}

function binaryUnit(operator: string, left: string, right: string): string {
  if (operator === '+' || operator === '-') return sumUnit(left, right);
  if (operator === '*') return productUnit(left, right);
  return operator === '/' ? quotientUnit(left, right) : '';
}

/** A plain number takes the unit of what it is added to. */
function sumUnit(a: string, b: string): string {
  if (a === '' || b === '') return a + b;
  return a === b ? a : '';
}
