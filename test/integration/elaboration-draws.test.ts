import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../src/expression/index.ts';
import { type CircuitValues, evaluateCircuit, readDeck } from '../../src/netlist/index.ts';
import { hasNgspice } from './ngspice.ts';

/** Ways to draw; resistors of a deck that get the same number in one load get the same draw. */
const DECKS: Readonly<Record<string, readonly string[]>> = {
  'uses, copies and copies of copies at the top level': [
    '.param a=agauss(100,10,1) b=a c={a} d={c}',
    ...['a', 'a', 'b', 'b', 'c', 'd', 'd', 'a-a+100'].map((value, k) => `r${k} 1 0 {${value}}`),
  ],
  'a local that draws, and a copy of it, in two instances': [
    '.subckt s p n',
    '.param loc=agauss(100,10,1)',
    '.param copy={loc}',
    ...['loc', 'loc', 'copy', 'copy'].map((value, k) => `r${k} p n {${value}}`),
    '.ends',
    'x1 1 0 s',
    'x2 1 0 s',
  ],
  'a global that draws, inside of instances': [
    '.param g=agauss(100,10,1)',
    '.param once={g}',
    '.subckt s p n',
    'r0 p n {g}',
    'r1 p n {g}',
    'r2 p n {once}',
    '.ends',
    'x1 1 0 s',
    'x2 1 0 s',
    'r9 1 0 {once}',
  ],
  'values on X lines and defaults that draw': [
    '.param g=agauss(100,10,1)',
    '.subckt s p n v=1 w={g}',
    ...['v', 'v', 'w', 'w'].map((value, k) => `r${k} p n {${value}}`),
    '.ends',
    'x1 1 0 s v={g}',
    'x2 1 0 s v={agauss(100,10,1)} w=5',
    'x3 1 0 s v=g w={agauss(50,1,1)}',
  ],
  'a default that calls a statistical function itself draws at every use': [
    '.subckt s p n v=agauss(100,10,1)',
    'r0 p n {v}',
    'r1 p n {v}',
    '.ends',
    'x1 1 0 s',
    'x2 1 0 s',
  ],
  'functions that draw, and functions of what draws': [
    '.func dr(s) {agauss(100,s,1)}',
    '.func twice(v) {v+v}',
    '.param y={dr(10)} z={y+0}',
    ...['y', 'y', 'z', 'dr(10)', 'dr(10)', 'twice(dr(1))/2', 'twice(y)/2'].map((v, k) => `r${k} 1 0 {${v}}`),
  ],
  'nested instances hand a draw on': [
    '.subckt leaf p n v=1',
    'r0 p n {v}',
    'r1 p n {v}',
    '.ends',
    '.subckt pair p n',
    '.param d=agauss(100,10,1)',
    '.param same={d}',
    'x1 p n leaf v={d}',
    'x2 p n leaf v={same}',
    'x3 p n leaf v={same}',
    '.ends',
    'x1 1 0 pair',
    'x2 1 0 pair',
  ],
  'model cards draw once per flattened card': [
    '.param g=agauss(100,10,1)',
    '.model rt r rsh={g}',
    '.subckt s p n',
    '.model rm r rsh={agauss(100,10,1)}',
    'r0 p n rm l=1u w=1u',
    'r1 p n rm l=1u w=1u',
    'r2 p n rt l=1u w=1u',
    '.ends',
    'x1 1 0 s',
    'x2 1 0 s',
    'r3 1 0 rt l=1u w=1u',
  ],
  'mixed braces around a call': [
    '.param k=100',
    '.param m={k}+5*agauss(0,1,1)',
    '.param n={m}',
    ...['m', 'm', 'n', 'n'].map((value, k) => `r${k} 1 0 {${value}}`),
  ],
};
const SAMPLES = 3;

describe.skipIf(!hasNgspice())('as many draws as ngspice makes, where it makes them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-elaboration-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ngspiceSamples = (lines: readonly string[], names: readonly string[]): number[][] => {
    const path = join(folder, 'deck.cir');
    const loads = Array.from({ length: SAMPLES }, () => [
      'reset',
      'op',
      ...names.map((name) => `print ${name}`),
    ]);
    const control = ['.control', 'set numdgt=15', 'setseed 3', ...loads.flat(), '.endc'];
    writeFileSync(path, ['deck', ...lines, 'v1 1 0 1', ...control, '.end', ''].join('\n'));
    const { stdout } = spawnSync('ngspice', ['-b', path], { encoding: 'utf8' });
    const read = [...stdout.matchAll(/^(@\S+) = (\S+)/gm)].map(([, , value]) => Number(value));
    return Array.from({ length: SAMPLES }, (_, k) => read.slice(k * names.length, (k + 1) * names.length));
  };

  it.each(Object.entries(DECKS))('%s', async (_, lines) => {
    const text = ['deck', ...lines, 'v1 1 0 1', '.end'].join('\n');
    const deck = await readDeck({ text, folder: '.' });
    const values = evaluateCircuit(deck, { parameters: new Map(), instances: new Map() }, { firstDraw: 0 });
    const resistors = deck.circuit.instances.filter(({ card }) => card.letter === 'r');
    const names = resistors.map(({ flatName }) => `@${flatName}[resistance]`);
    const models = resistors.map(({ model }, k) =>
      model ? values.cardsOf(resistors[k]!)[0]!.flatName : undefined,
    );
    const columns = Array.from({ length: SAMPLES }, (__, sample) => {
      const computed = byName(values, sample);
      return names.map((name, k) => computed.get(models[k] ?? name) ?? 0);
    });
    expect(together(names, columns)).toEqual(together(names, ngspiceSamples(lines, names)));
  });
});

/** Names of equal values in every sample; those that never change stand together too. */
function together(names: readonly string[], samples: readonly (readonly number[])[]): string[][] {
  const groups = new Map<string, string[]>();
  names.forEach((name, k) => {
    const column = samples.map((sample) => sample[k]!.toPrecision(9));
    const key = new Set(column).size === 1 ? 'still' : column.join(' ');
    groups.set(key, [...(groups.get(key) ?? []), name]);
  });
  return [...groups.values()];
}

/** What has a residual, with every draw at a number of its own. */
function byName(values: CircuitValues, sample: number): Map<string, number> {
  const lookup = (name: string) => 100 + Math.sin(100 * sample + Number(name.slice(1)));
  const computed = new Map<string, number>();
  for (const residual of values.residuals) {
    const value = evaluate(residual.value, lookup);
    if (residual.kind === 'instance') computed.set(`@${residual.instance.flatName}[resistance]`, value);
    if (residual.kind === 'model') computed.set(residual.model.flatName, value);
  }
  return computed;
}
