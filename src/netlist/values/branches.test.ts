import { describe, expect, it } from 'vitest';
import { evaluated } from './fixture.ts';

describe('branches of .if', () => {
  it('are taken in each copy of a subcircuit by its own parameters', async () => {
    const { deck } = await evaluated([
      '.param k=1',
      '.subckt s p n k=2',
      '.model nm r rsh=1',
      '.if (k == 2)',
      'R1 p n 1',
      '.elseif (k == 3)',
      'R2 p n 1',
      '.else',
      'R3 p n 1',
      '.endif',
      '.ends',
      ...['X1 1 0 s', 'X2 1 0 s k=3', 'X3 1 0 s k={k+4}'],
    ]);
    const names = deck.circuit.instances.map(({ name }) => name);
    expect(names.filter((name) => name.includes('.'))).toEqual(['x1.r1', 'x2.r2', 'x3.r3']);
  });

  it('choose among models of one name', async () => {
    const { deck, values } = await evaluated([
      '.param sel=2',
      '.if (sel == 1)',
      '.model rm r rsh=1',
      '.else',
      '.model rm r rsh=7',
      '.endif',
      'R1 1 0 rm l=1u w=1u',
    ]);
    const [card] = values.cardsOf(deck.circuit.instances[0]!);
    expect(card?.card.parameters().map(({ text }) => text)).toEqual(['7']);
  });
});
