import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { memoryFiles } from '../netlist/index.ts';
import { study } from '../study/index.ts';
import { compileStudy } from './compile.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const SMALL = [
  `t\n.param a=1 b='a*2' c={b+agauss(0,1,3)}\n.subckt s x y w=1u\nR1 x y {w*a}\nX2 x y u m=2\n.subckt u p q\nC1 p q 1n\n.ends\n.ends s\nX1 in 0 s w={c}\nV1 in 0 dc 1 ac 1\n.ac dec 5 1 1k\n.meas ac m max vdb(in)\n.end`,
  `t\n.lib models.lib tt\nM1 d g 0 0 nch w=1u l={0.1u*2}\nV1 d 0 1\nV2 g 0 {vg}\n.param vg=1\n.dc V2 0 1 0.1\n.op\n.tran 1n 10n\n.meas tran d trig v(d) val=0.5 rise=1 targ v(g) val=0.5 fall=1\n.end`,
  `t\n.func f(x,y) {x*y+1}\n.if (a==1)\nR1 1 0 {f(a,2)}\n.else\nR1 1 0 2\n.endif\n.param a=1\nB1 1 0 V=v(1)>1 ? 2 : sin(time)\nI1 1 0 sin(0 1 1k)\n.model d1 d is=1e-14\nD1 1 0 d1\n.noise v(1) I1 dec 5 1 1k\n.control\nop\n.endc`,
];
const MODELS =
  '.lib tt\n.model nch nmos level=1 vto=0.5\n.endl\n.lib ff\n.model nch nmos level=1 vto=0.4\n.endl\n';
const DECKS = [
  ...readdirSync(EXAMPLES)
    .filter((name) => name.endsWith('.cir'))
    .map((name) => readFileSync(new URL(name, EXAMPLES), 'utf8')),
  ...SMALL,
];
const INSERTED =
  `.subckt .ends .param .model .include .lib .if .else .endif .func .meas .control .endc .ac .op .end x1 m1 r1 e1 k1
  a 0 nch { } ( ) ' " = * + \n \n+ $ ; , 1k 1e999 -1 {a} {a*} agauss(1,2,3) limit( v(out) params: w=1u tc=1,2 poly(2) value={ table`.split(
    / +/,
  );
const VARIED = [
  'R*=normal(1%)',
  'a=uniform(5%)',
  '*.delvto=normal(0,1m)',
  'temp=normal(27,1)',
  'M1[w]=lognormal(0.1)',
  'nch[vto]=normal(1%)',
];
const MEASURED = ['x=v(out)', 'x=max(vdb(out))', 'x=@r1[i]', 'x=when(v(in),0.5)', 'x=op:i(v1)'];

type Edit = {
  readonly how: 'delete' | 'double' | 'insert' | 'cut' | 'swap';
  readonly at: number;
  readonly word: string;
};
const edits = fc.array(
  fc.record<Edit>({
    how: fc.constantFrom('delete', 'double', 'insert', 'swap', 'cut'),
    at: fc.nat(100_000),
    word: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...INSERTED) },
      { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Words and what stands between them, so that any of them can be lost or come twice. */
function mutate(deck: string, changes: readonly Edit[]): string {
  let tokens = deck.split(/(\s+|[={}(),'])/).filter((token) => token !== '');
  for (const { how, at, word } of changes) {
    const i = at % Math.max(1, tokens.length);
    if (how === 'delete') tokens.splice(i, 1);
    else if (how === 'double') tokens.splice(i, 0, tokens[i] ?? '');
    else if (how === 'insert') tokens.splice(i, 0, ` ${word} `);
    else if (how === 'swap') tokens.splice(i, 2, tokens[i + 1] ?? '', tokens[i] ?? '');
    else if (at % 4 === 0) tokens = tokens.slice(0, i);
  }
  return tokens.join('');
}

async function compileQuietly(
  text: string,
  vary: string | undefined,
  measure: string | undefined,
): Promise<void> {
  const began = performance.now();
  try {
    const input = {
      deck: { text },
      vary: vary ? [vary] : undefined,
      measure: measure ? [measure] : undefined,
    };
    await compileStudy(study(input), memoryFiles({ 'models.lib': MODELS }));
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError) || thrown.code === 'INTERNAL') throw thrown;
    expect(thrown.message).not.toMatch(/undefined|\[object|NaN/);
  }
  expect(performance.now() - began).toBeLessThan(2000);
}

describe('no deck makes the compiler hang or throw anything but SpiceLabError', () => {
  const vary = fc.option(fc.constantFrom(...VARIED), { nil: undefined });
  const measure = fc.option(fc.constantFrom(...MEASURED), { nil: undefined });

  it('decks with words lost, doubled, swapped and put in', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...DECKS),
      edits,
      vary,
      measure,
      (deck, changes, v, m) => compileQuietly(mutate(deck, changes), v, m),
    );
    await fc.assert(property, { numRuns: Number(process.env.SPICELAB_FUZZ_RUNS ?? 400) });
  });

  it('decks of random words', async () => {
    const word = fc.oneof(fc.constantFrom(...INSERTED), fc.string({ maxLength: 5 }));
    const property = fc.asyncProperty(fc.array(word, { maxLength: 80 }), vary, measure, (words, v, m) =>
      compileQuietly(`t\n${words.join(' ')}\nR1 in out 1k\n.op\n`, v, m),
    );
    await fc.assert(property, { numRuns: Number(process.env.SPICELAB_FUZZ_RUNS ?? 200) });
  });
});
