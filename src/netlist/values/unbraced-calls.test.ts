import { describe, expect, it } from 'vitest';
import { drawsOf, evaluated, refusal, residualsOf, sitesOf } from './fixture.ts';

describe('statistical calls without braces', () => {
  const MODEL = ['R1 1 0 rm'];

  it.each([
    ['.model rm r r=agauss(1k,50,1)'],
    ['.model rm r R = agauss(1k, 50, 1)'],
    ['.model rm r (tc1=0, r=agauss(1k, 50, 1))'],
    ['.model rm r r=agauss(1k,', '+ 50,1) tc1=0'],
    ['.model rm r r=(agauss(1k,50,1))'],
  ])('are drawn on a model card: %s', async (...card) => {
    const { deck, values } = await evaluated([...MODEL, ...card]);
    expect(drawsOf(values)).toEqual(['$10 rm[r] = agauss(1000, 50, 1)']);
    expect(sitesOf({ deck, values })).toEqual([expect.stringMatching(/^agauss\(1k, ?50, ?1\) = \$10$/)]);
    expect(residualsOf(values)).toEqual(['rm[r]: $10']);
  });

  it('are drawn inside of what a model computes from them', async () => {
    const { values } = await evaluated([...MODEL, '.model rm r r=agauss(1k,50,1)*2 tc1=aunif(0,1)']);
    expect(residualsOf(values)).toEqual(['rm[r]: $10 * 2', 'rm[tc1]: $11']);
  });

  it.each([
    'R2 1 0 agauss(1k,50,1)',
    'C1 1 0 agauss(1n,1p,1)',
    'I1 1 0 dc agauss(1m,1u,1)',
    'V1 1 0 pulse(0 agauss(1,0.1,1) 1n)',
  ])('are refused where ngspice refuses them: %s', async (line) => {
    expect(await refusal([line])).toMatch(/^main\.cir:2 DECK_SYNTAX a\w+\(.*\) has no braces around it/);
  });

  it.each(['2*agauss(1k,50,1)', '1k+agauss(0,50,1)', 'agauss (1k,50,1)'])(
    'are refused where ngspice leaves them out of a model: %s',
    async (value) => {
      expect(await refusal([...MODEL, `.model rm r r=${value}`])).toMatch(/^main\.cir:3 DECK_SYNTAX agauss/);
    },
  );

  it('are what the deck says where it has a function of that name', async () => {
    const { values } = await evaluated(['.func gauss(a,b,c) {a}', ...MODEL, '.model rm r r=gauss(1k,50,1)']);
    expect(values.draws).toEqual([]);
  });

  it('stand where they stand in the condition of an .if', async () => {
    const found = await evaluated(['.param n=1', '.if (n>agauss(0,1,1))', 'R1 1 0 1k', '.endif']);
    expect(sitesOf(found)).toEqual(['agauss(0,1,1) = $10']);
  });
});
