import { SpiceLabError } from '../../errors/index.ts';
import { type Expression, parseExpression, printExpression } from '../../expression/index.ts';
import type { CircuitValues, OpenTargets } from '../circuit-values.ts';
import { type Deck, readDeck } from '../deck.ts';
import { memoryFiles } from '../files.ts';
import { evaluateCircuit } from './circuit.ts';

export const NOTHING_OPEN: OpenTargets = { parameters: new Map(), instances: new Map() };

export async function evaluated(
  lines: readonly string[],
  open: Partial<OpenTargets> = {},
): Promise<{ deck: Deck; values: CircuitValues }> {
  const deck = await readDeck({ text: ['deck', ...lines, '.end'].join('\n'), folder: '.' });
  return { deck, values: evaluateCircuit(deck, { ...NOTHING_OPEN, ...open }, { firstDraw: 10 }) };
}

/** What is left open, as `name: expression`. */
export const residualsOf = ({ residuals }: CircuitValues): string[] =>
  residuals.map((residual) => {
    const shown = printExpression(residual.value);
    if (residual.kind === 'text') return `${residual.what}: ${shown}`;
    const { written } = residual;
    const name = 'name' in written ? written.name : `word ${written.word}`;
    return `${residual.kind === 'model' ? residual.model.flatName : residual.instance.flatName}[${name}]: ${shown}`;
  });

export const drawsOf = ({ draws }: CircuitValues): string[] =>
  draws.map(
    ({ index, call, args, name, instance }) =>
      `$${index} ${instance ? `${instance.name}.` : ''}${name} = ${call}(${args.map(printExpression).join(', ')})`,
  );

export const sitesOf = ({ deck, values }: { deck: Deck; values: CircuitValues }): string[] =>
  values.sites.map(({ site, instance, value }) => {
    const text = deck.lines[site.line]!.text.slice(site.start, site.end);
    return `${instance ? `${instance.name}: ` : ''}${text} = ${printExpression(value)}`;
  });

export const opened = (entries: Readonly<Record<string, string>>): Map<string, Expression> =>
  new Map(Object.entries(entries).map(([name, text]) => [name, parseExpression(text)]));

export async function refusal(
  lines: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const main = ['deck', ...lines, '.end'].join('\n');
    const deck = await readDeck({ path: 'main.cir' }, memoryFiles({ 'main.cir': main, ...files }));
    evaluateCircuit(deck, NOTHING_OPEN, { firstDraw: 0 });
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError) || !thrown.remedy) throw thrown;
    return `${thrown.place?.file}:${thrown.place?.line} ${thrown.code} ${thrown.message}`;
  }
  throw new Error('the deck was accepted');
}
