import { describe, expect, it } from 'vitest';
import { chooseEngine, ENGINES, findEngines } from './index.ts';

describe('engines', () => {
  it('have names of their own', () => {
    const names = ENGINES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are all asked whether they are here; the embedded one always is', async () => {
    const found = await findEngines();
    expect(found.map(({ kind }) => kind)).toEqual([...ENGINES]);
    expect(found.find(({ kind }) => kind.name === 'wasm')?.found).toBeDefined();
  });

  it('are chosen by name, or the first simulator that is here', async () => {
    expect((await chooseEngine('formula')).name).toBe('formula');
    expect(['libngspice', 'wasm']).toContain((await chooseEngine()).name);
  });

  it('an unknown name is answered with the nearest', async () => {
    await expect(chooseEngine('wams')).rejects.toMatchObject({
      code: 'ENGINE_UNKNOWN',
      remedy: expect.stringContaining('wasm'),
    });
  });

  it.each(['libngspice', 'ngspice'])(
    '%s at a path where there is none is missing, with a remedy',
    async (name) => {
      const kind = await chooseEngine(name);
      const options = { path: '/nowhere/at/all' };
      expect(await kind.find(options)).toBeUndefined();
      await expect(kind.open(options)).rejects.toMatchObject({
        code: 'ENGINE_MISSING',
        remedy: expect.stringMatching(/path/),
      });
    },
  );
});
