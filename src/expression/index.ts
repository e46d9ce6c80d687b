export {
  type Argument,
  type BinaryOperator,
  childrenOf,
  type Expression,
  type UnaryOperator,
} from './ast.ts';
export { compileScalar, evaluate, type Scalar, suggest } from './compile.ts';
export { formatNumber } from './format.ts';
export { SCALAR_FUNCTIONS, type ScalarFunction } from './functions.ts';
export { parseNumber, type RelativeNumber, readNumber, readQuantity, type SpiceNumber } from './number.ts';
export { parseExpression } from './parse.ts';
export { printExpression } from './print.ts';
export { type References, references, substitute } from './references.ts';
