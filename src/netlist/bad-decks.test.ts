import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { type DeckOptions, readDeck } from './deck.ts';
import { memoryFiles } from './files.ts';

async function refusal(
  files: Record<string, string | Uint8Array>,
  options?: DeckOptions,
  path = 'd/main.cir',
): Promise<SpiceLabError> {
  try {
    await readDeck({ path }, memoryFiles(files), options);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SpiceLabError);
    const error = thrown as SpiceLabError;
    expect(error.remedy).toBeTruthy();
    return error;
  }
  throw new Error('the deck was accepted');
}

const MODELS = '.lib tt\n.model nm nmos\n.endl\n.lib ss\n.endl\n';
const deckOf = (...lines: string[]) => ({
  'd/main.cir': ['title', 'R1 a 0 1k', ...lines, '.end'].join('\n'),
});

describe('a bad deck is refused with its place and what to do', () => {
  it.each([
    ['a missing include', deckOf('.include modles.lib'), 'INCLUDE_MISSING', 'd/main.cir', 3, 'd/models.lib'],
    ['a missing include of an include', deckOf('.include a.inc'), 'INCLUDE_MISSING', 'd/a.inc', 2, ''],
    ['an include loop', deckOf('.include b.inc'), 'INCLUDE_LOOP', 'd/c.inc', 1, ''],
    ['a missing section', deckOf('.lib models.lib t'), 'LIBRARY_SECTION_MISSING', 'd/main.cir', 3, 'tt, ss'],
    ['a section of itself', deckOf('.lib loop.lib x'), 'INCLUDE_LOOP', 'd/loop.lib', 2, ''],
    [
      'an undefined subcircuit',
      deckOf('.subckt amp a', 'R2 a 0 1', '.ends', 'X1 a opamp'),
      'SUBCIRCUIT_UNDEFINED',
      'd/main.cir',
      6,
      'amp',
    ],
    [
      'an undefined model',
      deckOf('.lib models.lib tt', 'M1 a b 0 0 mm w=1u'),
      'MODEL_UNDEFINED',
      'd/main.cir',
      4,
      'nm',
    ],
    [
      'a wrong number of nodes',
      deckOf('.subckt amp a b', 'R2 a b 1', '.ends', 'X1 a amp'),
      'DECK_SYNTAX',
      'd/main.cir',
      6,
      'a b',
    ],
    [
      'a subcircuit in itself',
      deckOf('.subckt s a', 'X1 a s', '.ends', 'X2 a s'),
      'DECK_SYNTAX',
      'd/main.cir',
      4,
      '',
    ],
    ['a .subckt without .ends', deckOf('.subckt s a', 'R2 a 0 1'), 'DECK_SYNTAX', 'd/main.cir', 3, '.ends'],
    ['.ends without .subckt', deckOf('.ends'), 'DECK_SYNTAX', 'd/main.cir', 3, ''],
    ['.if without .endif', deckOf('.if (1)', 'R2 a 0 1'), 'DECK_SYNTAX', 'd/main.cir', 3, '.endif'],
    ['.if without .endif in an include', deckOf('.include if.inc'), 'DECK_SYNTAX', 'd/if.inc', 2, '.endif'],
    ['.if without a condition', deckOf('.if', '.endif'), 'DECK_SYNTAX', 'd/main.cir', 3, '.if (expression)'],
    ['two .else', deckOf('.if (1)', '.else', '.else', '.endif'), 'DECK_SYNTAX', 'd/main.cir', 5, 'one .else'],
    [
      '.elseif after .else',
      deckOf('.if (1)', '.else', '.elseif (1)', '.endif'),
      'DECK_SYNTAX',
      'd/main.cir',
      5,
      '.elseif before .else',
    ],
    [
      'a subcircuit in itself through another',
      deckOf('.subckt s a', 'X1 a t', '.ends', '.subckt t a', 'X1 a s', '.ends', 'X2 a s'),
      'DECK_SYNTAX',
      'd/main.cir',
      7,
      '',
    ],
    ['.else without .if', deckOf('.else'), 'DECK_SYNTAX', 'd/main.cir', 3, ''],
    ['a .control block without end', deckOf('.control', 'run'), 'DECK_SYNTAX', 'd/main.cir', 3, '.endc'],
    [
      'shell in a .control block',
      deckOf('.control', 'run', 'op; shell rm -rf x', '.endc'),
      'DECK_UNTRUSTED',
      'd/main.cir',
      5,
      '--trust-deck',
    ],
    [
      'a program started within a .control block',
      deckOf('.control', 'echo `ls`', '.endc'),
      'DECK_UNTRUSTED',
      'd/main.cir',
      4,
      '--trust-deck',
    ],
    [
      'a code model',
      deckOf('.control', 'pre_osdi x.osdi', '.endc'),
      'DECK_UNTRUSTED',
      'd/main.cir',
      4,
      '--trust-deck',
    ],
    ['.shell', deckOf('.shell ls'), 'DECK_UNTRUSTED', 'd/main.cir', 3, '--trust-deck'],
    ['a continuation of nothing', { 'd/main.cir': 't\n+ 1k\n' }, 'DECK_SYNTAX', 'd/main.cir', 2, ''],
    ['an empty deck', { 'd/main.cir': 'title\n' }, 'DECK_SYNTAX', 'd/main.cir', 1, ''],
    ['a deck without devices', { 'd/main.cir': 'title\n.op\n.end\n' }, 'DECK_SYNTAX', 'd/main.cir', 1, ''],
    [
      'a binary',
      { 'd/main.cir': new Uint8Array([127, 69, 76, 70, 0, 0, 0, 1, 2, 3]) },
      'DECK_UNREADABLE',
      'd/main.cir',
      undefined,
      '',
    ],
  ])('%s', async (_, main, code, file, line, told) => {
    const error = await refusal({
      'd/models.lib': MODELS,
      'd/a.inc': 'R5 a 0 1\n.include nothing.inc',
      'd/b.inc': '.include c.inc',
      'd/if.inc': '* conditions\n.if (1)\nR5 a 0 1',
      'd/c.inc': '.include b.inc',
      'd/loop.lib': '.lib x\n.lib loop.lib x\n.endl\n',
      ...main,
    } as Record<string, string | Uint8Array>);
    expect({ code: error.code, ...error.place }).toEqual({
      code,
      file,
      ...(line === undefined ? {} : { line }),
    });
    expect(error.remedy).toContain(told);
  });

  it('names the folders that were looked in', async () => {
    const error = await refusal({ ...deckOf('.include sub/x.inc'), 'd/sub/x.inc': '.include y.inc' });
    expect(error.message).toContain('looked in d/sub, d');
  });
  it('a deck that is not there, with the nearest name', async () => {
    const error = await refusal({ 'd/main.cir': 't' }, {}, 'd/mian.cir');
    expect(error).toMatchObject({ code: 'DECK_UNREADABLE', place: { file: 'd/mian.cir' } });
    expect(error.remedy).toContain('d/main.cir');
  });
  it('a folder for a deck', async () => {
    await expect(readDeck({ path: '.' })).rejects.toMatchObject({ code: 'DECK_UNREADABLE' });
  });
  it('a corner that exchanges a section the deck does not have', async () => {
    const error = await refusal(
      { ...deckOf('.lib models.lib tt'), 'd/models.lib': MODELS },
      { sections: { 'other.lib': 'ss' } },
    );
    expect(error.code).toBe('LIBRARY_SECTION_MISSING');
    expect(error.remedy).toContain('models.lib');
  });
  it('a corner of a section that no library has, with the sections that there are', async () => {
    const error = await refusal(
      { ...deckOf('.lib models.lib tt'), 'd/models.lib': MODELS },
      { sections: { '*': 'sss' } },
    );
    expect(error.code).toBe('LIBRARY_SECTION_MISSING');
    expect(error.remedy).toBe('Did you mean ss? The sections of models.lib: tt, ss.');
  });
  it('a corner that would exchange two different sections of one file for the same one', async () => {
    const error = await refusal(
      { ...deckOf('.lib models.lib tt', '.lib models.lib ss'), 'd/models.lib': MODELS },
      { sections: { 'models.lib': 'ss' } },
    );
    expect(error).toMatchObject({ code: 'STUDY_INVALID', place: { file: 'd/main.cir', line: 4 } });
  });
  it('files that include each other so often that the deck explodes', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`d/${i}.inc`, `.include ${i + 1}.inc\n.include ${i + 1}.inc`]),
    );
    const error = await refusal({ ...deckOf('.include 0.inc'), ...files, 'd/40.inc': '* leaf' });
    expect(error.code).toBe('DECK_TOO_LARGE');
  });
  it('subcircuits that double at every level', async () => {
    const levels = Array.from(
      { length: 40 },
      (_, i) => `.subckt s${i} a\nX1 a s${i + 1}\nX2 a s${i + 1}\n.ends`,
    );
    const error = await refusal(deckOf(...levels, '.subckt s40 a', 'R1 a 0 1', '.ends', 'X0 a s0'));
    expect(error.code).toBe('DECK_TOO_LARGE');
  });
});
