import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { readDeck } from './deck.ts';
import { memoryFiles } from './files.ts';

const NAMES = ['typical', 'ff', 'ss', 'statistical', 'res_typical', 'res_ff', 'noise_corner'];
const GF = NAMES.map((name, i) => `.lib ${name}\nR${name} a 0 ${i + 1}\n.endl`).join('\n');
const MOS = '.lib mos_tt\nRmos_tt a 0 1\n.endl\n.lib mos_ff\nRmos_ff a 0 2\n.endl\n';

async function used(lines: readonly string[], sections: Readonly<Record<string, string>>): Promise<string[]> {
  const deck = await readDeck(
    { path: 'd/main.cir' },
    memoryFiles({
      'd/main.cir': ['t', ...lines, 'R0 a 0 1', '.end'].join('\n'),
      'd/gf.lib': GF,
      'd/mos.lib': MOS,
      'd/models.inc': '.lib gf.lib typical',
    }),
    { sections, environment: {} },
  );
  return deck.lines.map(({ text }) => text.split(' ')[0]!.slice(1)).filter((name) => name !== '0');
}

const refusal = async (lines: readonly string[], sections: Readonly<Record<string, string>>) =>
  used(lines, sections).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof SpiceLabError ? thrown : undefined),
  );

const BOTH = ['.lib gf.lib typical', '.lib gf.lib res_typical'];

describe('corners by the name of a section', () => {
  it('take the place of the section of the same family where the deck uses several of a file', async () => {
    expect(await used(BOTH, { '*': 'ff' })).toEqual(['ff', 'res_typical']);
    expect(await used(BOTH, { '*': 'res_ff' })).toEqual(['typical', 'res_ff']);
    expect(await used(BOTH, { 'gf.lib': 'ss' })).toEqual(['ss', 'res_typical']);
  });

  it('may name several sections at once', async () => {
    expect(await used(BOTH, { '*': 'ff+res_ff' })).toEqual(['ff', 'res_ff']);
    expect(await used(['.lib gf.lib typical', '.lib mos.lib mos_tt'], { '*': 'ss+mos_ff' })).toEqual([
      'ss',
      'mos_ff',
    ]);
  });

  it('reach every library that has such a section, and lines of included files', async () => {
    expect(await used(['.lib mos.lib mos_tt', '.include models.inc'], { '*': 'ff' })).toEqual([
      'mos_tt',
      'ff',
    ]);
  });

  it('exchange a lone section for one of any name', async () => {
    expect(await used(['.lib gf.lib typical'], { '*': 'noise_corner' })).toEqual(['noise_corner']);
  });

  it('that no library has are refused with the ones that there are', async () => {
    const error = await refusal(BOTH, { '*': 'fff' });
    expect(error).toMatchObject({ code: 'LIBRARY_SECTION_MISSING', place: { file: 'd/main.cir' } });
    expect(error?.remedy).toBe(
      'Did you mean ff? The sections of gf.lib: typical, ff, ss, statistical, res_typical, res_ff.',
    );
    expect((await refusal(BOTH, { '*': 'ff+res_fff' }))?.message).toContain('"res_fff"');
  });

  it('that could take the place of two sections are refused with what to write', async () => {
    const error = await refusal(['.lib gf.lib typical', '.lib gf.lib statistical'], { '*': 'ff' });
    expect(error?.code).toBe('STUDY_INVALID');
    expect(error?.remedy).toContain('--corner "ff: lib[gf.lib:typical]=ff"');
  });
});
