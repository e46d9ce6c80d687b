import { expect, it } from 'vitest';
import { Session } from './session.ts';

const TEXT = 'rc\nv1 in 0 1\nr1 in out 1k\nc1 out 0 1n\n.end\n';

it('a session forgets the folders of the decks it has loaded, or loading would become slower and slower', async () => {
  const session = await Session.open();
  const circuit = { label: '', text: TEXT, slots: [], sources: [], origins: [] };
  for (let k = 1; k <= 5; k++) {
    const text = TEXT.replace('1k', `${k}k`);
    expect(await session.load({ circuit, text, commands: [] })).toBeUndefined();
  }
  expect(session.execute(['echo $sourcepath']).lines()).toEqual(['.']);
  expect(session.execute(['setcirc']).lines().join(' ')).not.toMatch(/\b2\b/);
});
