import { Stream } from '../../src/plan/philox.ts';

/** A deck of resistors whose values are drawn in every way that a deck can, and the read-backs of all of them. */
export interface DrawingDeck {
  readonly lines: readonly string[];
  readonly resistances: readonly string[];
}

/**
 * Makes deck number `seed`: statistical `.param`s at the top level and inside subcircuits, used, copied, computed with,
 * through functions, as values on X lines and as defaults, in model cards, nested. Every name is used for one thing, since
 * ngspice lets a global statistical name capture a local one.
 */
export function drawingDeck(seed: number): DrawingDeck {
  const stream = new Stream(seed, 'drawing deck', 'draw');
  let drawn = 0;
  const below = (n: number) => Math.floor(stream.uniform(drawn++) * n);
  const pick = <T>(...choices: readonly T[]): T => choices[below(choices.length)]!;
  const call = (nominal = '1k') =>
    pick(
      `agauss(${nominal}, 90, 3)`,
      `gauss(${nominal}, 0.12, 2)`,
      `aunif(${nominal}, 80)`,
      `unif(${nominal}, 0.1)`,
      `limit(${nominal}, 70)`,
    );
  const globals = ['ga', 'gb', 'gc'];
  const copies = ['ca', 'cb'];
  const value = () =>
    pick(
      () => pick(...globals),
      () => pick(...copies),
      () => `${pick(...globals)} + ${pick(...copies, ...globals)}`,
      () => `twice(${pick(...globals, ...copies)})`,
      () => `spread(${pick('1k', ...copies)})`,
      () => call(),
      () => `${pick(...copies)} > 1k ? 2k : ${pick(...globals)}`,
      () => `${pick(...globals)} * ${pick(...globals)} / 1k`,
    )();
  const local = () =>
    pick('la', 'lb', 'lc', 'ra', 'rb', 'la + ra', 'lb * rb / 1k', 'twice(la)', 'spread(ra)');
  const cell = [
    `.subckt cell a b ra=1k rb={${pick(...globals, ...copies, 'twice(ca)')}}`,
    `.param la=${call()}`,
    `.param lb=${pick('la', '{la*2}', '{twice(la)}')} lc={${pick('ra + la', 'rb + lb', 'spread(rb)')}}`,
    `.model rm r rsh={${pick('la/10', 'rb/10', call('100'))}}`,
    `r1 a b {${local()}}`,
    `r2 a b {${local()}}`,
    `r3 a b {${local()}}`,
    'r4 a b rm l=10u w=1u',
    'r5 a b rm l=20u w=1u',
    '.ends',
  ];
  const pair = [
    '.subckt pair a b rp=1k',
    `.param na=${call()}`,
    `x1 a b cell ra={${pick('rp', 'na', 'rp + na')}}`,
    `x2 a b cell ra={rp} rb={${pick('na', 'spread(rp)')}}`,
    '.ends',
  ];
  const lines = [
    '.func twice(v) {v+v}',
    `.func spread(n) {${pick('agauss(n, n*0.05, 1)', 'n*unif(1, 0.1)', 'gauss(n, 0.2, 3)')}}`,
    ...globals.map((name) => `.param ${name}=${call()}`),
    `.param ca=${pick('ga', '{gb*1}')} cb={${pick('ga + gb', 'twice(gc)', 'spread(1k)', 'ca/2 + gc/2')}}`,
    ...cell,
    ...pair,
    'v1 1 0 1',
    ...['r1', 'r2', 'r3', 'r4'].map((name) => `${name} 1 0 {${value()}}`),
    `x1 1 0 cell ra={${value()}}`,
    `x2 1 0 cell rb={${value()}}`,
    'x3 1 0 pair',
    `x4 1 0 pair rp={${value()}}`,
  ];
  const inside = (path: string) => ['r1', 'r2', 'r3', 'r4', 'r5'].map((name) => `r.${path}.${name}`);
  const names = ['r1', 'r2', 'r3', 'r4', ...['x1', 'x2', 'x3.x1', 'x3.x2', 'x4.x1'].flatMap(inside)];
  return { lines, resistances: names.map((name) => `@${name}[resistance]`) };
}
