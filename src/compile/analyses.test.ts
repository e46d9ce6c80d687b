import { describe, expect, it } from 'vitest';
import { study } from '../study/index.ts';
import { compileStudy } from './index.ts';

const deck = (analysis: string) => ({
  text: `title\n.param Span=2\nVIN In 0 1\nR1 In Out 1k\nR2 Out 0 1k\n${analysis}\n.end\n`,
});
const commandsOf = async (analysis: string, given: string[] = []) => {
  const measure = ['x=max(v(out))'];
  const { plan } = await compileStudy(study({ deck: deck(analysis), analyses: given, measure }));
  return plan.analyses.map(({ command }) => command);
};

describe('analyses', () => {
  it('name sources in lower case, since the simulator finds no other when told by a command', async () => {
    expect(await commandsOf('.DC VIN 0 1 0.1')).toEqual(['dc vin 0 1 0.1']);
    expect(await commandsOf('.op', ['.dc VIN 0 {Span} 0.1'])).toEqual(['dc vin 0 2 0.1']);
  });
});
