import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, parseExpression } from '../../expression/index.ts';
import { drawsOf, evaluated, opened, refusal, residualsOf, sitesOf } from './fixture.ts';

describe('what is left of parameters when all that is known is computed', () => {
  it('is nothing where nothing is open', async () => {
    const { values } = await evaluated(['.param a={b*2} b=3', 'R1 1 0 {a}', 'C1 1 0 1n m={b}']);
    expect(values.residuals).toEqual([]);
    expect(values.value('a+1')).toEqual({ kind: 'number', value: 7 });
  });

  it('folds what a zero switch, a constant condition or a neutral number takes out', async () => {
    const { values } = await evaluated(
      [
        '.param v=1 off=0 on=1',
        'R1 1 0 {1k + off*v}',
        'R2 1 0 {on*v + 0}',
        'R3 1 0 {off ? v : 5}',
        'R4 1 0 {(v - 0)/1}',
        'R5 1 0 {on || v ? 2*3 : v}',
        'R6 1 0 {0 - v}',
      ],
      { parameters: opened({ v: '$0' }) },
    );
    expect(residualsOf(values)).toEqual(['r2[word 2]: $0', 'r4[word 2]: $0', 'r6[word 2]: -$0']);
  });

  it('reaches instances, sources, numbers of source functions, models and other lines', async () => {
    const { values } = await evaluated(
      [
        '.param v=1',
        '.model nm nmos vto={v/2}',
        'M1 1 2 0 0 nm w={v*1u} l=1u',
        'V1 1 0 {v}',
        'V2 2 0 pulse(0 {2*v} 1n)',
        'V3 3 0 dc 1 ac v',
        'B1 4 0 v={v(1)*v}',
        'R1 4 0 {v*temper}',
        '.ic v(1)={v}',
        '.if (v > 3)',
        'R2 1 0 1k',
        '.endif',
      ],
      { parameters: opened({ v: '$0' }), temperature: parseExpression('$1') },
    );
    expect(residualsOf(values)).toEqual([
      '.ic: $0',
      '.if: $0 > 3',
      'm1[w]: $0 * 0.000001',
      'nm[vto]: $0 / 2',
      'v1[word 2]: $0',
      'v2[word 2]: 2 * $0',
      'v3[word 5]: $0',
      'b1: v(1) * $0',
      'r1: $0 * $1',
    ]);
  });

  it('opens a parameter of one instance alone', async () => {
    const { values } = await evaluated(
      ['.subckt s p n w=2 l={w}', 'R1 p n {l}', '.ends', 'X1 1 0 s', 'X2 1 0 s w=3'],
      { instances: new Map([['x1', opened({ w: '$4' })]]) },
    );
    expect(residualsOf(values)).toEqual(['r.x1.r1[word 2]: $4']);
  });

  it('computes to the same as the closed deck, whatever is open', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const text = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        name,
        fc.integer({ min: -3, max: 9 }).map((n) => `(${n})`),
        fc
          .tuple(fc.constantFrom('+', '-', '*', '/', '>', '&&', '||', '=='), tie('text'), tie('text'))
          .map(([operator, x, y]) => `(${x} ${operator} ${y})`),
        fc.tuple(tie('text'), tie('text'), tie('text')).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
        fc.tuple(tie('text'), tie('text')).map(([x, y]) => `max(${x}, abs(${y}))`),
      ),
    })).text;
    await fc.assert(
      fc.asyncProperty(text, fc.subarray(['a', 'b', 'c']), async (written, names) => {
        const nominal: Record<string, number> = { a: 2, b: 0, c: -1.5 };
        const lines = ['.param a=2 b=0 c=-1.5', 'V1 1 0 1'];
        const closed = (await evaluated(lines)).values.value(`{${written}}`);
        const open = (
          await evaluated(lines, {
            parameters: opened(Object.fromEntries(names.map((each) => [each, `$${'abc'.indexOf(each)}`]))),
          })
        ).values.value(`{${written}}`);
        const computed = evaluate(open!, (variable) => nominal['abc'[Number(variable.slice(1))]!]);
        const wanted = evaluate(closed!);
        // 0*x is 0 where x is infinite too
        if (Number.isFinite(wanted)) expect(computed).toBeCloseTo(wanted, 9);
      }),
      { numRuns: 150, seed: 3 },
    );
  });
});

describe('draws and their sites', () => {
  it('are numbered from the first in the order of the instances, then of the deck', async () => {
    const circuit = await evaluated([
      '.param g=agauss(0,1,3)',
      '.subckt s p n',
      '.param mis=agauss(0,g2,1) g2={2*3}',
      'R1 p n {1k+mis+g}',
      '.ends',
      'X1 1 0 s',
      'R1 1 0 {1k + g}',
      'X2 1 0 s',
    ]);
    expect(drawsOf(circuit.values)).toEqual([
      '$10 g = agauss(0, 1, 3)',
      '$11 x1.mis = agauss(0, 6, 1)',
      '$12 x1.g = agauss(0, 1, 3)',
      '$13 x2.mis = agauss(0, 6, 1)',
      '$14 x2.g = agauss(0, 1, 3)',
    ]);
    expect(sitesOf(circuit)).toEqual([
      'x1: mis = $11',
      'x1: g = $12',
      'g = $10',
      'x2: mis = $13',
      'x2: g = $14',
    ]);
  });

  it('stand outside of functions and of definitions, the whole call of a function that draws', async () => {
    const circuit = await evaluated([
      '.func f(v) {v + v}',
      '.func d(s) {agauss(1,s,1)}',
      'R1 1 0 {f(unif(100,0.1)) + sqrt(agauss(9, 1, 3)) + d(2)*d(3)}',
    ]);
    expect(sitesOf(circuit)).toEqual([
      'f(unif(100,0.1)) = $10 + $11',
      'agauss(9, 1, 3) = $12',
      'd(2) = $13',
      'd(3) = $14',
    ]);
  });

  it('take other draws and open targets as arguments', async () => {
    const { values } = await evaluated(['.param s=1', 'R1 1 0 {agauss(1k, aunif(s, 2), 1)}'], {
      parameters: opened({ s: '$0' }),
    });
    expect(drawsOf(values)).toEqual(['$10 r1 = aunif($0, 2)', '$11 r1 = agauss(1000, $10, 1)']);
  });

  it('three arguments make a clamp of limit', async () => {
    const { values } = await evaluated(['R1 1 0 {limit(100, 0, 50)}']);
    expect(values.draws).toEqual([]);
    expect(values.value('limit(100,0,50)')).toEqual({ kind: 'number', value: 50 });
  });

  it('say where ordinary scoping is not what ngspice does', async () => {
    const { values } = await evaluated([
      '.param g=agauss(0,1,3) k=2',
      '.param m={k}+agauss(0,1,1)',
      '.subckt s p n g=5 k=7 own=agauss(0,1,1)',
      'R1 p n {1k+g+m+own}',
      '.ends',
      'X1 1 0 s own=3',
    ]);
    expect(residualsOf(values)).toEqual(['r.x1.r1[word 2]: 1005 + (2 + $10) + 3']);
    expect(values.notices.map(({ message }) => message.slice(0, 24))).toEqual([
      '"g" in s is its own para',
      '"k" in the statistical .',
      'x1 sets "own" of s; ngsp',
    ]);
  });

  it('are not made by asking for a value', async () => {
    const { values } = await evaluated(['.param g=agauss(0,1,3) once={g}', 'R1 1 0 {1k+once}']);
    expect(values.value('g')).toBeUndefined();
    expect(values.value('2*once')).toEqual(parseExpression('2*$10'));
    expect(values.draws.length).toBe(1);
  });
});

describe('decks that cannot be evaluated', () => {
  it.each([
    [
      'a parameter by itself',
      ['.param a={b} b={a}', 'R1 1 0 {a}'],
      'main.cir:2 DECK_SYNTAX the parameter "a" is',
    ],
    ['a name', ['R1 1 0 {nope*2}'], 'main.cir:2 PARAMETER_UNDEFINED the parameter "nope" is not defined'],
    [
      'a name in a subcircuit',
      ['.subckt s p n', 'R1 p n {nope}', '.ends', 'X1 1 0 s'],
      'main.cir:3 PARAMETER_UNDEFINED the parameter "nope" is not defined in s',
    ],
    ['a function', ['R1 1 0 {nope(2)}'], 'main.cir:2 EXPRESSION_NAME there is no function "nope"'],
    [
      'arguments',
      ['.func f(x) {x}', 'R1 1 0 {f(1,2)}'],
      'main.cir:3 EXPRESSION_TYPE f takes 1 arguments, not 2',
    ],
    ['agauss', ['.param a=agauss(1,2)', 'R1 1 0 {a}'], 'DECK_SYNTAX agauss has 2 arguments'],
    ['1/0', ['.param z=0', '.param a={1/z}', 'R1 1 0 {2*a}'], 'main.cir:3 DECK_SYNTAX r1 is Infinity'],
    ['a root', ['C1 1 0 {sqrt(-2)}'], 'main.cir:2 DECK_SYNTAX c1 is NaN'],
    ['a function by itself', ['.func f(x) {f(x)}', 'R1 1 0 {f(1)}'], 'DECK_SYNTAX the parameter "f" is'],
    [
      'a subcircuit',
      ['.subckt s p n', 'X1 p n s', '.ends', 'X1 1 0 s'],
      'DECK_SYNTAX the subcircuit s contains itself',
    ],
  ])('%s', async (_, lines, message) => {
    expect(await refusal(lines)).toContain(message);
  });

  it('are told of with the included file and its line', async () => {
    const told = await refusal(['.include par.inc', 'R1 1 0 {a}'], {
      'par.inc': '* parameters\n.param a={lost+1}\n',
    });
    expect(told).toContain('par.inc:2 PARAMETER_UNDEFINED');
  });

  it('are no decks whose bad parameters nothing uses', async () => {
    const { values } = await evaluated([
      '.param a={nope} b={1/0} c={c}',
      'R1 1 0 1k',
      'D1 1 0 dm off',
      '.model dm d',
    ]);
    expect(values.residuals).toEqual([]);
  });
});

describe('many instances', () => {
  it('ten thousand draw in a moment', async () => {
    const cells = Array.from({ length: 100 }, (_, k) => `X${k} p n cell w={w*${k + 1}}`);
    const rows = Array.from({ length: 100 }, (_, k) => `X${k} 1 0 row w=${k + 1}u`);
    const { values } = await evaluated([
      '.subckt cell p n w=1u k={w*2}',
      '.param z={k*agauss(1,0.1,3)}',
      'R1 p n {z*1e9}',
      '.ends',
      '.subckt row p n w=1u',
      ...cells,
      '.ends',
      ...rows,
    ]);
    expect(values.draws.length).toBe(10_000);
  });
});
