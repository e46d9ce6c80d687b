import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type CircuitValues, type Deck, evaluateCircuit, readDeck } from '../../src/netlist/index.ts';
import { elaborationDeck } from './elaboration-deck.ts';
import { hasNgspice } from './ngspice.ts';

const NOTHING_OPEN = { parameters: new Map(), instances: new Map() };

/** By ngspice's name of a quantity (`@c.x1.c1[capacitance]`): the value that the deck gives it. */
function ourValues(deck: Deck, values: CircuitValues): Map<string, number> {
  const read = new Map<string, number>();
  const add = (name: string, text: string, instance: Parameters<CircuitValues['value']>[1]) => {
    const value = values.value(text, instance);
    if (value?.kind !== 'number') throw new Error(`${name} has no value`);
    read.set(name, value.value);
  };
  for (const instance of deck.circuit.instances) {
    const { card, flatName, model } = instance;
    const plain = card.words.at(-1)!.text;
    const quantity = (name: string) => `@${flatName}[${name}]`;
    const given = new Map(card.parameters.map(({ name, text }) => [name, text]));
    if (card.letter === 'c') {
      // an m= of an X line stands on every line inside, and ngspice takes the last
      const m =
        (instance.parent && values.value('m', instance)) ?? values.value(given.get('m') ?? '1', instance);
      const multiple = m?.kind === 'number' ? m.value : Number.NaN;
      // what ngspice reads back is that of all in parallel
      if (model) add(quantity('l'), given.get('l')!, instance);
      else {
        read.set(quantity('m'), multiple);
        add(quantity('capacitance'), `(${plain})*${multiple}`, instance);
      }
    }
    if (card.letter === 'r') add(quantity('resistance'), given.get('r') ?? plain, instance);
    if (card.letter === 'i') add(quantity('dc'), plain, instance);
    for (const { flatName: named, card: modelCard } of model ? values.cardsOf(instance) : []) {
      for (const { name, text } of modelCard.parameters()) add(`@${named}[${name}]`, text, instance);
    }
  }
  return read;
}

const close = (x: number, y: number) => Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y)) + 1e-300;

describe.skipIf(!hasNgspice())('a flattened circuit has the parameters that ngspice gives it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-elaboration-'));
  const path = join(folder, 'deck.cir');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const theirValues = (lines: readonly string[], names: Iterable<string>): Map<string, number> => {
    const prints = [...names].map((name) => `print ${name}`);
    const deck = ['deck', ...lines, '.control', 'set numdgt=15', ...prints, '.endc', '.end', ''];
    writeFileSync(path, deck.join('\n'));
    const { stdout, stderr } = spawnSync('ngspice', ['-b', path], { encoding: 'utf8' });
    const read = new Map<string, number>();
    for (const [, name, value] of stdout.matchAll(/^(@\S+) = (\S+)/gm)) read.set(name!, Number(value));
    if (read.size === 0) throw new Error(`ngspice reads nothing back:\n${stderr}\n${lines.join('\n')}`);
    return read;
  };

  it('of generated decks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (choose) => {
        const lines = elaborationDeck((arbitrary) => choose(arbitrary));
        const deck = await readDeck({ text: ['deck', ...lines, '.end'].join('\n'), folder: '.' });
        const values = evaluateCircuit(deck, NOTHING_OPEN, { firstDraw: 0 });
        const ours = ourValues(deck, values);
        const theirs = theirValues(lines, ours.keys());
        const different = [...ours].filter(([name, value]) => !close(value, theirs.get(name) ?? Number.NaN));
        const told = different.map(([name, value]) => `${name}: ${value}, ngspice ${theirs.get(name)}`);
        expect(`${told.join('\n')}${told.length > 0 ? `\n${lines.join('\n')}` : ''}`).toBe('');
      }),
      { seed: 7, numRuns: 300, endOnFailure: true },
    );
  });
});
