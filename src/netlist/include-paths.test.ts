import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { type Deck, readDeck } from './deck.ts';
import { memoryFiles } from './files.ts';
import type { Environment } from './pdk.ts';

const SET = { PDK_ROOT: '/pdks', PDK: 'sky130A', HOME: '/home/ann' };
const TT =
  '.lib tt\n.include "../../libs.ref/sky130_fd_pr/spice/fet.spice"\n.endl\n.lib ff\nR9 a 0 9\n.endl\n';
const FILES = {
  '/pdks/sky130A/libs.tech/ngspice/sky130.lib.spice': TT,
  '/pdks/sky130A/libs.ref/sky130_fd_pr/spice/fet.spice': 'R1 a 0 1k',
  '/pdks/sky130A/libs.ref/sky130_fd_sc_hd/spice/sky130_fd_sc_hd.spice': 'R2 a 0 2k',
  '/pdks/gf180mcuD/libs.tech/ngspice/design.ngspice': 'R3 a 0 3k',
  '/home/ann/models/mine.lib': 'R4 a 0 4k',
};

const read = (
  line: string,
  environment: Environment = SET,
  files: Readonly<Record<string, string>> = FILES,
): Promise<Deck> =>
  readDeck({ path: 'd/main.cir' }, memoryFiles({ ...files, 'd/main.cir': `t\n${line}\nR0 a 0 1\n.end\n` }), {
    environment,
  });

async function errorOf(...args: Parameters<typeof read>): Promise<SpiceLabError> {
  try {
    await read(...args);
  } catch (thrown) {
    if (thrown instanceof SpiceLabError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

const braced = (name: string) => `\${${name}}`;
const labels = (deck: Deck) => deck.sources.map(({ label }) => label).slice(1);

describe('paths of open PDKs', () => {
  it.each([
    ['.lib $PDK_ROOT/$PDK/libs.tech/ngspice/sky130.lib.spice tt'],
    ['.lib "$PDK_ROOT/$PDK/libs.tech/ngspice/sky130.lib.spice" tt'],
    ['.lib $::PDK_ROOT/$::PDK/libs.tech/ngspice/sky130.lib.spice tt'],
    ['.lib $::SKYWATER_MODELS/sky130.lib.spice tt'],
    ['.lib sky130.lib.spice tt'],
  ])('%s finds the models, and a plan names no folder of this machine', async (line) => {
    const deck = await read(line);
    expect(deck.lines[0]?.text).toBe('R1 a 0 1k');
    expect(labels(deck)).toEqual(['$PDK_ROOT/$PDK/libs.ref/sky130_fd_pr/spice/fet.spice']);
  });

  it('variables in braces may stand within a name', async () => {
    const deck = await read(
      `.lib ${braced('PDK_ROOT')}/sky130${braced('V')}/libs.tech/ngspice/sky130.lib.spice ff`,
      {
        ...SET,
        V: 'A',
      },
    );
    expect(deck.lines[0]?.text).toBe('R9 a 0 9');
  });

  it('cells are found by name in every library of the PDK', async () => {
    const deck = await read('.include sky130_fd_sc_hd.spice');
    expect(labels(deck)).toEqual(['$PDK_ROOT/$PDK/libs.ref/sky130_fd_sc_hd/spice/sky130_fd_sc_hd.spice']);
  });

  it('a file beside the deck is taken before one of the PDK', async () => {
    const deck = await read('.lib sky130.lib.spice tt', SET, {
      ...FILES,
      'd/sky130.lib.spice': '.lib tt\nR7 a 0 7\n.endl\n',
    });
    expect(deck.lines[0]?.text).toBe('R7 a 0 7');
  });

  it.each([
    ['~/models/mine.lib', '~/models/mine.lib'],
    ['/home/ann/models/mine.lib', '~/models/mine.lib'],
    ['$HOME/models/mine.lib', '$HOME/models/mine.lib'],
    [
      '/pdks/gf180mcuD/libs.tech/ngspice/design.ngspice',
      '$PDK_ROOT/gf180mcuD/libs.tech/ngspice/design.ngspice',
    ],
  ])('%s is labelled %s', async (written, label) => {
    expect(labels(await read(`.include ${written}`))).toEqual([label]);
  });

  it.each([['d/.spiceinit'], ['/home/ann/.spiceinit']])('the search path of %s is searched', async (init) => {
    const text =
      '* mine\nset ngbehavior=hsa\nsetcs sourcepath = ( $sourcepath $PDK_ROOT/gf180mcuD/libs.tech/ngspice )\n';
    const deck = await read('.include design.ngspice', SET, { ...FILES, [init]: text });
    expect(labels(deck)).toEqual(['$PDK_ROOT/gf180mcuD/libs.tech/ngspice/design.ngspice']);
  });

  it('a comment after a path is still a comment', async () => {
    const deck = await read('.include $HOME/models/mine.lib $ mine');
    expect(deck.lines[0]?.text).toBe('R4 a 0 4k');
  });
});

describe('what is missing of a PDK', () => {
  const LINE = '.lib $PDK_ROOT/$PDK/libs.tech/ngspice/sky130.lib.spice tt';

  it('is told by the variable, with what to type for the PDKs that are installed', async () => {
    const error = await errorOf(LINE, { PDK_ROOT: '/pdks', HOME: '/home/ann' });
    expect(error.code).toBe('INCLUDE_MISSING');
    expect(error.place).toEqual({ file: 'd/main.cir', line: 2 });
    expect(error.message).toMatch(/but PDK is not set/);
    expect(error.remedy).toBe(
      'Type export PDK_ROOT=/pdks PDK=gf180mcuD or export PDK_ROOT=/pdks PDK=sky130A before the command.',
    );
  });

  it('is found where ciel and volare install', async () => {
    const installed = { '/home/ann/.ciel/sky130A/libs.tech/ngspice/sky130.lib.spice': TT };
    expect((await errorOf(LINE, { HOME: '/home/ann' }, installed)).remedy).toContain(
      'export PDK_ROOT=~/.ciel PDK=sky130A',
    );
    expect((await errorOf('.lib sky130.lib.spice tt', { HOME: '/home/ann' }, installed)).remedy).toBe(
      'It is in ~/.ciel/sky130A: type export PDK_ROOT=~/.ciel PDK=sky130A before the command.',
    );
  });

  it('without any PDK names the tools that install one', async () => {
    const error = await errorOf(LINE, { HOME: '/home/ann' }, {});
    expect(error.message).toMatch(/PDK_ROOT is not set/);
    expect(error.remedy).toMatch(/~\/\.ciel/);
    expect((await errorOf('.lib sky130.lib.spice tt', {}, {})).remedy).toMatch(
      /export PDK_ROOT=FOLDER PDK=NAME/,
    );
  });

  it('a variable that is none of the PDK is asked for by its name', async () => {
    expect((await errorOf('.include $MODELS/a.lib')).remedy).toContain('export MODELS=FOLDER');
  });

  it('never tells the value of a variable', async () => {
    const error = await errorOf('.include $TOKEN/a.lib', { ...SET, TOKEN: 'hush' });
    expect(error.message).toContain('$TOKEN/a.lib');
    expect(`${error.message} ${error.remedy}`).not.toContain('hush');
  });
});
