import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spicelab, spicelabWith, workFolder } from '../command/command.ts';
import { expectPlain, expectRefusal, type Words, writeDeck } from './refusal.ts';

const DIVIDER = ['V1 in 0 1', 'R1 in out 1k'];
const deep = '('.repeat(10_000);

describe('parameters that cannot be computed are refused with their line and the remedy', async () => {
  const folder = await workFolder();
  const refused: readonly (readonly [string, readonly string[], Words])[] = [
    [
      'a loop',
      ['R2 out 0 {a}', '.param a={b+1}', '.param b={a}'],
      [/deck\.cir:5: .*"a" is defined by itself/, 'loop'],
    ],
    [
      'a function in itself',
      ['R2 out 0 {f(1)}', '.func f(x) {g(x)}', '.func g(x) {f(x)}'],
      [/deck\.cir:4: .*defined by itself/, 'loop'],
    ],
    [
      'an unknown name',
      ['R2 out 0 {a}', '.param a={bb*2}'],
      ['deck.cir:5: ', '"bb" is not defined', '.param bb='],
    ],
    [
      'an unknown name in a subcircuit',
      ['X1 out s', '.subckt s p width=1', 'R1 p 0 {widht}', '.ends'],
      ['deck.cir:6: ', '"widht" is not defined in s', 'Did you mean width'],
    ],
    [
      'an unknown name in a model',
      ['D1 out 0 dm', '.model dm d is={isat}'],
      ['deck.cir:5: ', '"isat" is not defined', '.param isat='],
    ],
    [
      'an unknown name in an include',
      ['.include inner.inc'],
      ['inner.inc:2: ', '"nope" is not defined', '.param nope='],
    ],
    ['an unknown function', ['R2 out 0 {mx(1,2)}'], ['deck.cir:4: ', 'no function "mx"', 'Did you mean max']],
    ['a wrong number of arguments', ['R2 out 0 {f(1,2)}', '.func f(x) {x}'], ['deck.cir:4: ', 'Write f(x)']],
    [
      'a division by zero',
      ['R2 out 0 {b}', '.param a=0 b={1/a}'],
      ['deck.cir:5: ', 'not a finite number', 'division by zero'],
    ],
    ['a root of a negative number', ['R2 out 0 {sqrt(-1)}'], ['deck.cir:4: ', 'not a finite number', 'root']],
    ['no expression', ['R2 out 0 {1+*2}'], ['deck.cir:4: ', 'found "*" at column 4']],
    [
      'agauss with two arguments',
      ['R2 out 0 {r}', '.param r=agauss(1k,10)'],
      ['deck.cir:5: ', 'agauss has 2 arguments', 'agauss(nominal'],
    ],
    [
      'unif with one argument',
      ['R2 out 0 {unif(1k)}'],
      ['deck.cir:4: ', 'unif has 1 argument', 'unif(nominal'],
    ],
    [
      'a negative sigma',
      ['R2 out 0 {r}', '.param r=agauss(1k,10,-3)'],
      [/deck\.cir:\d: /, 'sigma of agauss is -3', 'above zero'],
    ],
    [
      'a subcircuit in itself',
      ['X1 out s', '.subckt s p', 'R1 p 0 1', 'X1 p s', '.ends'],
      ['deck.cir:7: ', 's contains itself', 'Take this instance out'],
    ],
    [
      'a subcircuit in itself through another',
      ['X1 out s', '.subckt s p', 'X1 p t', '.ends', '.subckt t p', 'X1 p s', '.ends'],
      ['deck.cir:9: ', 's contains itself', 'Take this instance out'],
    ],
    [
      'parentheses without end',
      [`R2 out 0 {${deep}1${deep.replaceAll('(', ')')}}`],
      ['deck.cir:4: ', 'nested too deeply', 'Split it'],
    ],
    [
      'a line of a million characters',
      [`R2 out 0 {${'1+'.repeat(500_000)}1}`],
      ['deck.cir:4: ', 'nested too deeply', 'Split it'],
    ],
    [
      'functions that double',
      [
        'R2 out 0 {f0(1)}',
        ...Array.from({ length: 60 }, (_, i) => `.func f${i}(x) {f${i + 1}(x)+f${i + 1}(x)}`),
        '.func f60(x) {x}',
      ],
      ['deck.cir:4: ', 'expansions', '.param'],
    ],
    ['.if without .endif', ['.if (1)', 'R2 out 0 1k'], ['deck.cir:4: ', '.if has no .endif', '.endif']],
    ['a condition on an unknown name', ['.if (zz==1)', 'R2 out 0 1k', '.endif'], ['deck.cir:4: ', 'zz']],
  ];
  it.each(refused)('%s', async (_name, lines, words) => {
    await writeFile(join(folder, 'inner.inc'), '* parameters\n.param q={nope+1}\nR2 out 0 {q}\n');
    await writeDeck(folder, 'deck.cir', [...DIVIDER, ...lines]);
    await expectRefusal(
      folder,
      ['mc', 'deck.cir', '--vary', 'R1=normal(1%)', '--engine', 'wasm', '-n', '2'],
      words,
    );
  });
});

describe('a draw that a parameter has no value for is a failed sample, counted with its cause', async () => {
  const folder = await workFolder();
  it.each([
    ['a root of a negative draw', '.param x=agauss(0,1,1) r={1k+1k*sqrt(x)}'],
    ['a logarithm of a negative draw', '.param x=aunif(0.1,1) r={1k+log(x)}'],
  ])('%s', async (name, parameters) => {
    const out = name.replaceAll(' ', '-');
    await writeDeck(folder, 'deck.cir', [...DIVIDER, 'R2 out 0 {r}', parameters]);
    const run = [
      'mc',
      'deck.cir',
      '--measure',
      'vout=v(out)',
      '--engine',
      'wasm',
      '-n',
      '40',
      '--workers',
      '1',
    ];
    const ended = await spicelab(folder, ...run, '--out', out, '--quiet');
    expectPlain(ended);
    expect(ended.code).toBe(0);
    const failed = Number(/(\d+) failed/.exec(ended.stdout)?.[1]);
    expect(failed).toBeGreaterThan(5);
    expect(failed).toBeLessThan(35);
    const { stdout } = await spicelab(folder, 'export', out);
    expect(stdout.split('\n').filter((line) => line.includes(',ok,'))).toHaveLength(40 - failed);
  });
});

describe('a library of 50 MB', async () => {
  const folder = await workFolder();
  const SIZE = 50e6;
  /** Text of at least the size, part by part. */
  const libraryOf = (part: (index: number) => string): string => {
    const parts: string[] = [];
    for (let length = 0, index = 0; length < SIZE; index++) {
      const text = part(index);
      parts.push(text);
      length += text.length;
    }
    return parts.join('');
  };
  const card = (name: string, bin: number) =>
    `.model ${name}.${bin} nmos\n+ level=14 lmin=${bin}u lmax=${bin + 1}u wmin=1n wmax=1\n${'+  tnom = 27.000000   u0 = 3.4e-002   ags = {0.1+0*corner}\n'.repeat(200)}`;
  const transistors = (index: number) =>
    `.subckt dev${index} d g s b w=1u l=1u\n.param mis=agauss(0,1m,3)\nm0 d g s b m${index} w=w l=l delvto={mis*sw}\n${[0, 1, 2].map((bin) => card(`m${index}`, bin)).join('')}.ends\n`;
  const cells = (index: number) =>
    `.subckt dev${index} d g s b w=1 l=1\nR1 d s {1k*w}\nC1 g b 1p\nD1 b s dm${index}\n.model dm${index} d is=1f\n.ends\n`;

  it.each([
    ['transistors', transistors],
    ['small subcircuits', cells],
  ])(
    'of %s is read in seconds and in less than a gigabyte, and none of it but what is used travels',
    async (_, part) => {
      await writeFile(join(folder, 'large.lib'), libraryOf(part));
      await writeDeck(folder, 'deck.cir', [
        '.include large.lib',
        '.param sw=1 corner=1',
        'V1 in 0 1',
        'X1 in in 0 0 dev77 w=1u l=1.5u',
      ]);
      const began = performance.now();
      const ended = await spicelabWith(
        { NODE_OPTIONS: '--max-old-space-size=900' },
        folder,
        'explain',
        'deck.cir',
      );
      const seconds = (performance.now() - began) / 1000;
      expect(ended).toMatchObject({ code: 0 });
      expect(Number(/(\d+) bytes/.exec(ended.stdout)?.[1])).toBeLessThan(40_000);
      expect(seconds).toBeLessThan(30);
    },
  );
});
