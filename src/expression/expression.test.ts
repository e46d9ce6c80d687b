import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import type { BinaryOperator, Expression, UnaryOperator } from './ast.ts';
import { compileScalar, evaluate } from './compile.ts';
import { parseExpression } from './parse.ts';
import { printExpression } from './print.ts';
import { references, substitute } from './references.ts';

const value = (text: string, names: Record<string, number> = {}) =>
  evaluate(parseExpression(text), (name) => names[name]);

describe('evaluate', () => {
  it.each([
    ['1+2*3', 7],
    ['2-3-4', -5],
    ['2/3/4', 2 / 3 / 4],
    ['-2^2', -4],
    ['1+-2^2', 5],
    ['2*-3^2', 18],
    ['-5\\2+1', -1],
    ['3+-5\\2', 5],
    ['2/-3*4', -8 / 3],
    ['2**3**2', 64],
    ['2^-1', 0.5],
    ['2^-3^2', 0.015625],
    ['(-3)**3', 27],
    ['pow(-2,3)', -8],
    ['pwr(-2,3)', 8],
    ['!2^0', 1],
    ['2^!0', 2],
    ['1==2<1', 1],
    ['2==2<1', 0],
    ['1||1&&0', 1],
    ['1=1', 1],
    ['1<>2', 1],
    ['(-7)\\2', 3],
    ['7\\2*2', 6],
    ['(-5)%3', -2],
    ['5.5 % 3', 2.5],
    ['2--1', 3],
    ['nint(2.5)+nint(3.5)+nint(-2.5)', 4],
    ['int(-2.7)', -2],
    ['floor(-2.5)', -3],
    ['log(10)', Math.log(10)],
    ['log10(100)', 2],
    ['ternary_fcn(0, 2, 3)', 3],
    ['1 ? 0 ? 5 : 6 : 7', 6],
    ['0?2:0?3:4', 4],
    ['1mil', 1e-3],
    ['1kOhm+3mA', 1000.003],
    ['10u', 1e-5],
    ['min(3,1,2)', 1],
    ['{2}+\'3\'*"4"', 14],
    ['5% ', 0.05],
    ['max(5%,1%)', 0.05],
    ['7 % -3', 1],
  ])('reads %s as ngspice does', (text, expected) => {
    expect(value(text)).toBeCloseTo(expected, 14);
  });

  it('tells the colon of a ternary from one in a name', () => {
    expect(value('a?b:c', { a: 1, b: 2, c: 3 })).toBe(2);
    expect(value('x1:r', { 'x1:r': 5 })).toBe(5);
    expect(value('a?(x1:r):c', { a: 1, 'x1:r': 5, c: 3 })).toBe(5);
  });

  it('suggests the nearest names for an unknown one', () => {
    expect(() => evaluate(parseExpression('gian*2'), () => undefined, ['gain', 'bw'])).toThrowError(
      expect.objectContaining({ code: 'EXPRESSION_NAME', remedy: 'Did you mean gain?' }),
    );
    expect(() => value('sqrtt(2)')).toThrowError(expect.objectContaining({ code: 'EXPRESSION_NAME' }));
    expect(() => value('sqrt(2,3)')).toThrowError(expect.objectContaining({ code: 'EXPRESSION_TYPE' }));
  });
});

describe('compileScalar', () => {
  it('reads variables and named slots from the row', () => {
    const scalar = compileScalar(parseExpression('$0*(1+$2)+w'), (name) => (name === 'w' ? 1 : undefined));
    expect(scalar(Float64Array.of(2, 10, 3))).toBe(18);
  });
});

describe('parseExpression', () => {
  it('reads vectors whatever their node names hold', () => {
    expect(references(parseExpression('v(out+) - V(a,b) + i(V1) + @m.xm1.m0[gm] + vdb(2)')).vectors).toEqual([
      'v(out+)',
      'v(a)',
      'v(b)',
      'i(v1)',
      '@m.xm1.m0[gm]',
      'v(2)',
    ]);
    expect(parseExpression('v(a,0)')).toEqual(parseExpression('v(a)-0'));
    expect(printExpression(parseExpression('vdb(out/2)'))).toBe('vdb(out / 2)');
  });

  it('names the column of what it cannot read', () => {
    for (const [text, column] of [
      ['1+', 3],
      ['1+*2', 3],
      ['(1', 3],
      ['1 2', 3],
      ['', 1],
      ['a ? b', 6],
      ['1k2', 1],
      ['§', 1],
      ['f(1', 4],
    ] as const)
      expect(() => parseExpression(text)).toThrowError(
        expect.objectContaining({
          code: 'EXPRESSION_SYNTAX',
          message: expect.stringContaining(`column ${column} `),
        }),
      );
  });

  it('refuses what would overflow the stack, and reads long sums', () => {
    for (const text of [
      '('.repeat(1e5),
      '-'.repeat(1e5),
      '2^'.repeat(1e5),
      '1?'.repeat(1e5),
      'f('.repeat(1e5),
    ])
      expect(() => parseExpression(text)).toThrowError(SpiceLabError);
    expect(() => parseExpression(`1${'+1'.repeat(1e5)}`)).toThrowError(SpiceLabError);
    expect(value(`1${'+1'.repeat(1500)}`)).toBe(1501);
    expect(printExpression(parseExpression(`1${'-a'.repeat(1500)}`))).toHaveLength(1 + 4 * 1500);
  });

  it('throws nothing but SpiceLabError', () => {
    const piece = fc.constantFrom(
      ...[
        '1',
        '2k',
        'a',
        '$1',
        'v(',
        'vdb(',
        ')',
        '(',
        '+',
        '-',
        '^',
        '?',
        ':',
        ',',
        '=',
        '%',
        "'",
        '{',
        '}',
      ],
      ...['@m[gm]', '!', '==', ' ', 'max(', '"', '@', '[', '1e999', '.'],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (input) => {
        try {
          const tree = parseExpression(input);
          expect(parseExpression(printExpression(tree))).toEqual(tree);
        } catch (error) {
          if (!(error instanceof SpiceLabError)) throw error;
          expect(error.code).toBe('EXPRESSION_SYNTAX');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const trees: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc
      .double({ min: 0, noNaN: true, noDefaultInfinity: true })
      .map((x) => ({ kind: 'number' as const, value: x })),
    fc.constantFrom('a', 'b.c', 'x1:r').map((name) => ({ kind: 'name' as const, name })),
    fc.nat(9).map((index) => ({ kind: 'variable' as const, index })),
    fc.constantFrom('v(out)', '@m1[gm]').map((name) => ({ kind: 'vector' as const, name })),
    fc.record({
      kind: fc.constant('unary' as const),
      operator: fc.constantFrom<UnaryOperator>('-', '+', '!', '%'),
      operand: tie('tree'),
    }),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom<BinaryOperator>('+', '-', '*', '/', '%', '\\', '^', '<', '==', '&&', '||'),
      left: tie('tree'),
      right: tie('tree'),
    }),
    fc.record({
      kind: fc.constant('conditional' as const),
      test: tie('tree'),
      whenTrue: tie('tree'),
      whenFalse: tie('tree'),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      name: fc.constant('f'),
      args: fc.array(
        fc.oneof(
          fc.record({ value: tie('tree') }),
          fc.record({ name: fc.constant('rise'), value: tie('tree') }),
        ),
        { maxLength: 3 },
      ),
    }),
  ),
})).tree;

describe('printExpression', () => {
  it('prints what reads back as the same tree', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(parseExpression(printExpression(tree))).toEqual(tree);
      }),
      { numRuns: 1000 },
    );
  });

  it('uses no more parentheses than needed', () => {
    expect(printExpression(parseExpression('((a+b))*(c*d)-(-2)^(3)'))).toBe('(a + b) * (c * d) - (-2)^3');
  });
});

describe('substitute', () => {
  it('exchanges names wherever they stand', () => {
    const tree = substitute(parseExpression('a*f(a, b)?a:1'), (node) =>
      node.kind === 'name' && node.name === 'a' ? { kind: 'variable', index: 0 } : undefined,
    );
    expect(printExpression(tree)).toBe('$0 * f($0, b) ? $0 : 1');
  });
});
