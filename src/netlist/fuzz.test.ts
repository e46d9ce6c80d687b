import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { readDeck } from './deck.ts';
import { memoryFiles } from './files.ts';
import { findStatisticalCalls, holdAtNominal, holdLine } from './statistical.ts';
import { assignmentsOf, tokenize, unwrap, wordsOf } from './tokens.ts';
import { evaluateCircuit } from './values/circuit.ts';

const WORDS =
  `.subckt .ends .model .param .include .lib .endl .control .endc .if .else .elseif .endif .meas .ac .end .func
  .global .options .temp agauss(1,{a},3) unif(b,1) limit(1,2) .param a=b b=agauss(a,1,3) p0={p1} x1 x2 r1 c1 m1 q1 v1 e1 k1 d1 a b 0 nm npn nmos = { } ( ) ' " + * $ ; // , agauss( limit( 1k 1meg
  w=1u l={w*2} (a==1) f(x) main.cir a.inc tt \n \n \n \r\n \t`.split(/[ ]+/);

const deckText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...WORDS),
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    {
      maxLength: 120,
    },
  )
  .map((words) => `title\n${words.join(' ')}\n`);

const NOTHING_OPEN = { parameters: new Map(), instances: new Map() };

async function readQuietly(main: string | Uint8Array, include: string): Promise<void> {
  try {
    const files = memoryFiles({ 'main.cir': main, 'a.inc': include });
    const deck = await readDeck({ path: 'main.cir' }, files);
    const values = evaluateCircuit(deck, NOTHING_OPEN, { firstDraw: 0 });
    for (const instance of deck.circuit.instances) values.cardsOf(instance);
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError)) throw thrown;
  }
}

describe('no input makes the deck reader or the evaluation of its circuit hang or throw anything but SpiceLabError', () => {
  it('decks of SPICE words', async () => {
    await fc.assert(fc.asyncProperty(deckText, deckText, readQuietly), { numRuns: 400 });
  });
  it('bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => readQuietly(bytes, '')),
      { numRuns: 200 },
    );
  });
  it.each([
    ['open brackets', '{('.repeat(100_000)],
    ['quotes', `'"`.repeat(100_000)],
    ['equal signs', 'a = '.repeat(50_000)],
    ['blanks', `r1${' '.repeat(200_000)}x`],
    ['comment marks', '/ $ '.repeat(50_000)],
    ['nested calls', `${'agauss('.repeat(30_000)}1${',1,3)'.repeat(30_000)}`],
    ['clamps', 'limit('.repeat(40_000)],
    ['.param', `.param ${'a=b '.repeat(40_000)}`],
    ['.func', `.func f(${' '.repeat(100_000)}`],
    ['.model', `.model m nmos ${'('.repeat(100_000)}`],
    ['.lib', `.lib ${"'".repeat(100_000)}`],
    ['.include', `.include ${'"a '.repeat(50_000)}`],
    ['.options', `.options ${'temp '.repeat(50_000)}`],
    ['continuations', 'r1\n+ a'.repeat(50_000)],
    ['conditions', '.if (a)\n'.repeat(20_000)],
    [
      'a parameter chain',
      Array.from({ length: 5_000 }, (_, i) => `.param p${i}={p${i + 1}*p${i + 1}}`).join('\n'),
    ],
    ['parentheses in a .param', `.param p0=${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['braces in braces', `.param p0=${'{'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['signs', `.param p0={${'-'.repeat(50_000)}1}`],
    ['additions', `.param p0={${'1+'.repeat(50_000)}1}`],
    ['questions', `.param p0={${'1?'.repeat(20_000)}1${':1'.repeat(20_000)}}`],
    ['draws in draws', `.param p0=${'agauss(1,'.repeat(5_000)}1,3)${',3)'.repeat(5_000)}`],
    ['draws side by side', `.param p0={${'agauss(1,1,3)+'.repeat(20_000)}1}`],
    ['an expression on a device', `R2 a 0 {${'p0+'.repeat(50_000)}1}\n.param p0=1`],
    ['functions of functions', `.func f(x) {f(f(x))}\n.param p0={f(f(1))}`],
    [
      'functions that double what they are given',
      `${Array.from({ length: 60 }, (_, i) => `.func f${i}(x) {f${i + 1}(x)+f${i + 1}(x)}`).join('\n')}\n.func f60(x) {x}\n.param p0={f0(1)}`,
    ],
    [
      'statistical parameters that double',
      `${Array.from({ length: 40 }, (_, i) => `.param p${i}={p${i + 1}+p${i + 1}+agauss(0,1,3)}`).join('\n')}\n.param p40=agauss(0,1,3)`,
    ],
    [
      'subcircuits that hand on what they are given',
      `${Array.from({ length: 150 }, (_, i) => `.subckt s${i} a w=1\nX1 a s${i + 1} w={w+w}\n.ends`).join('\n')}\n.subckt s150 a w=1\nR1 a 0 {w}\n.ends\nX1 a s0 w=agauss(1,1,3)\n.param p0=1`,
    ],
    ['conditions in conditions', `${'.if (1)\n'.repeat(5_000)}R9 a 0 1\n${'.endif\n'.repeat(5_000)}`],
    ['a redirection', `.control\necho ${'<'.repeat(100_000)}\n.endc`],
  ])('a long line of %s is read in a moment', async (_, text) => {
    // of the processor, which a busy machine does not stretch
    const before = process.cpuUsage();
    await readQuietly(`title\nR0 a 0 1k\n${text}\nR1 a 0 {p0}\n`, '');
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});

describe('tokens', () => {
  it('are where they say they are, in order, and leave out only blanks', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        let reached = 0;
        for (const token of tokenize(text)) {
          expect(text.slice(token.start, token.end)).toBe(token.text);
          expect(text.slice(reached, token.start)).toMatch(/^[\0- ]*$/);
          reached = token.end;
        }
      }),
    );
  });
  it('read name=value with blanks, braces and quotes', () => {
    const { words, parameters } = wordsOf("M1 d g s b nm w = {a + b} l='2*l0' m=2");
    expect(words.map(({ text }) => text)).toEqual(['M1', 'd', 'g', 's', 'b', 'nm']);
    expect(parameters.map(({ name, text }) => [name, text])).toEqual([
      ['w', '{a + b}'],
      ['l', "'2*l0'"],
      ['m', '2'],
    ]);
  });
  it('let a .param value run to the next name, also with comparisons in it', () => {
    expect(
      assignmentsOf(' a = b + 2 c={x==1 ? 2 : 3}, d=e>=1').map(({ name, text }) => [name, text]),
    ).toEqual([
      ['a', 'b + 2'],
      ['c', '{x==1 ? 2 : 3}'],
      ['d', 'e>=1'],
    ]);
  });
  it('unwrap only brackets that belong together', () => {
    expect(['{a}', "'{a+b}'", '(a)+(b)', ' 1k '].map(unwrap)).toEqual(['a', 'a+b', '(a)+(b)', '1k']);
  });
});

describe('statistical calls', () => {
  it('are found with their arguments, outermost only, and not where the deck defines the name', () => {
    const text = "x='agauss(unif(1, 2), f(1,2), 3) + my.gauss(1,2,3)'";
    expect(findStatisticalCalls(text)).toMatchObject([
      { name: 'agauss', args: ['unif(1, 2)', 'f(1,2)', '3'] },
    ]);
    expect(findStatisticalCalls('gauss(1,2,3)', new Set(['gauss']))).toEqual([]);
  });
  it('leave a .param value that ngspice reads without a call in it', () => {
    const line = ".param a={b+1} + c*AGAUSS(0, 1, 3) d = '2*e' f=2*unif(1,2)";
    expect(holdLine(line, new Set())).toEqual({
      text: ".param a={(b+1) + c*(0)} d = '2*e' f={2*(1)}",
      held: 2,
    });
  });
  it('leave no call behind when held', () => {
    expect(holdAtNominal('a=aunif(aunif(1,2),3)*limit(4,1)')).toEqual({ text: 'a=((1))*(4)', held: 2 });
  });
});
