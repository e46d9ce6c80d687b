import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spicelab, workFolder } from '../command/command.ts';
import { expectPlain, expectRefusal, type Words, writeDeck } from './refusal.ts';

const DIVIDER = ['V1 in 0 dc 1 ac 1', 'R1 in out 1k', 'R2 out 0 1k'];
const R1 = ['--vary', 'R1=normal(1%)'];

describe('a deck that cannot be simulated is refused with its line and the remedy', async () => {
  const folder = await workFolder();
  const refused: readonly (readonly [string, readonly string[], Words])[] = [
    ['missing include', [...DIVIDER, ".include 'gone.lib'"], ['deck.cir:5: ', 'gone.lib not found']],
    ['missing library', [...DIVIDER, '.lib gone.lib tt'], ['deck.cir:5: ', 'gone.lib not found']],
    ['include of itself', [...DIVIDER, '.include deck.cir'], ['deck.cir:5: ', 'loop']],
    [
      'undefined subcircuit',
      [...DIVIDER, 'X1 out 0 opmap', '.subckt opamp a b', 'R1 a b 1k', '.ends'],
      ['deck.cir:5: ', '"opmap", which is not defined', 'Did you mean opamp'],
    ],
    [
      'undefined model',
      [...DIVIDER, 'D1 out 0 dmodd', '.model dmod d'],
      ['deck.cir:5: ', '"dmodd", which is not defined', 'Did you mean dmod'],
    ],
    [
      'undefined parameter',
      ['V1 in 0 1', 'R1 in 0 1k', 'R2 in 0 {rvall}', '.param rval=1k'],
      ['deck.cir:4: ', '"rvall" is not defined', 'Did you mean rval'],
    ],
    ['missing node', [...DIVIDER, 'R3 out'], ['deck.cir:5: ', 'r3 has 1 of the 2 nodes']],
    ['device twice', [...DIVIDER, 'R2 out 0 2k'], ['deck.cir:5: ', 'already exists']],
    ['dot command', [...DIVIDER, '.mesa ac x'], ['deck.cir:5: ', '.mesa']],
    ['unfinished subcircuit', [...DIVIDER, '.subckt a b'], ['deck.cir:5: ', 'has no .ends']],
    [
      'shell in .control',
      [...DIVIDER, '.control', 'shell touch PWNED', 'run', '.endc'],
      ['deck.cir:6: ', '"shell"', '--trust-deck'],
    ],
    [
      'code loaded in .control',
      [...DIVIDER, '.control', 'run', 'osdi model.osdi', '.endc'],
      ['deck.cir:7: ', '"osdi"', '--trust-deck'],
    ],
    ['unfinished .control', [...DIVIDER, '.control', 'run'], ['deck.cir:5: ', 'no .endc']],
  ];
  it.each(refused)('%s', async (_name, lines, words) => {
    await writeDeck(folder, 'deck.cir', lines);
    await expectRefusal(folder, ['mc', 'deck.cir', ...R1, '--engine', 'wasm', '-n', '2'], words);
    expect(existsSync(join(folder, 'PWNED'))).toBe(false);
  });

  it('a library without the section, with those that it has', async () => {
    await writeFile(join(folder, 'models.lib'), '.lib ff\n.param a=1\n.endl\n');
    await writeDeck(folder, 'deck.cir', [...DIVIDER, '.lib models.lib tt']);
    await expectRefusal(folder, ['mc', 'deck.cir', ...R1], ['deck.cir:5: ', 'no section "tt"', 'ff']);
  });

  it('no analysis', async () => {
    await writeFile(join(folder, 'deck.cir'), `A deck\n${DIVIDER.join('\n')}\n`);
    await expectRefusal(folder, ['mc', 'deck.cir', ...R1], ['what to simulate', '.op', '--analysis']);
  });

  it('files that are no deck', async () => {
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'empty.cir'), '');
    await writeFile(join(folder, 'binary.cir'), Buffer.from(Array.from({ length: 2000 }, (_, i) => i % 256)));
    await expectRefusal(folder, ['mc', 'rc-lowpas.cir'], ['no such file', 'Did you mean rc-lowpass.cir']);
    await expectRefusal(folder, ['mc', 'folder'], ['it is a folder', 'netlist file']);
    await expectRefusal(folder, ['mc', 'empty.cir'], ['empty.cir:1: ', 'no devices']);
    await expectRefusal(folder, ['mc', 'binary.cir'], ['binary file', 'SPICE netlist']);
    await expectRefusal(folder, ['mc', 'rc-lowpass.cir/x.cir'], ['rc-lowpass.cir/x.cir']);
  });

  it('a line that begins like no device is left out with a note', async () => {
    await writeDeck(folder, 'odd.cir', [...DIVIDER, '?1 a b c']);
    const { stdout } = await spicelab(folder, 'mc', 'odd.cir', ...R1, '--explain');
    expect(stdout).toMatch(/odd\.cir:5: "\?1 a b c" begins like no device/);
  });

  it('nothing that varies, and a sigma as large as the value, are noted', async () => {
    await writeFile(join(folder, 'formula.cir'), 'f\n.param x=1k y=2\n.end\n');
    const run = ['mc', 'formula.cir', '--measure', 'z=x+y', '--engine', 'formula', '-n', '3', '--quiet'];
    const still = await spicelab(folder, ...run, '--out', 'still');
    expect(still).toMatchObject({ code: 0, stderr: expect.stringMatching(/nothing varies.*--vary/) });
    const wide = await spicelab(folder, ...run, '--vary', 'x=normal(1k)', '--out', 'wide');
    expect(wide).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/one sigma of x.*normal\(1k, 1%\)/),
    });
  });
});

describe('what goes wrong in a sample is counted, and told with its cause', async () => {
  const folder = await workFolder();
  const failing: readonly (readonly [string, readonly string[], readonly string[], Words])[] = [
    [
      'a measurement that never fires',
      [
        'V1 in 0 dc 1 ac 1',
        'R1 in out 1k',
        'C1 out 0 100n',
        '.ac dec 10 1 100k',
        '.meas ac up when vdb(out)=30',
      ],
      [],
      ['5 failed (5 measurement)', 'up: never fired'],
    ],
    [
      'a result that is no number',
      DIVIDER,
      ['--measure', 'x=sqrt(-v(out))'],
      ['5 failed (5 measurement)', 'x: the result is NaN'],
    ],
    ['a division by zero', DIVIDER, ['--measure', 'x=1/v(0)'], ['5 failed (5 measurement)', 'x: ']],
    [
      'an operating point that does not converge',
      ['V1 in 0 1', 'R1 in out 1k', 'B1 out 0 I=v(out)>0.5 ? -1e3*v(out) : 1e3*(1-v(out))'],
      ['--measure', 'x=v(out)'],
      ['5 failed (5 convergence)', 'no convergence'],
    ],
  ];
  it.each(failing)('%s', async (name, lines, flags, words) => {
    const out = name.replaceAll(' ', '-');
    await writeDeck(folder, 'deck.cir', lines);
    const ended = await spicelab(
      folder,
      'mc',
      'deck.cir',
      ...R1,
      ...flags,
      '--engine',
      'wasm',
      '-n',
      '5',
      '--workers',
      '1',
      '--out',
      out,
      '--quiet',
    );
    expectPlain(ended);
    expect(ended.code).toBe(0);
    for (const word of words) expect(ended.stdout).toContain(word);
    const { stdout } = await spicelab(folder, 'export', out);
    expect(stdout.trim().split('\n')).toHaveLength(6);
    expect(stdout).not.toContain(',ok,');
  });
});

describe('paths that a shell would take apart', async () => {
  const folder = await workFolder();
  it('are paths and nothing else', async () => {
    const nested = join(folder, `sp ace/$(touch PWNED)'"é`);
    await mkdir(nested, { recursive: true });
    const deck = `sp ace/$(touch PWNED)'"é/dé ck;\`touch PWNED\`.cir`;
    await cp(join(folder, 'rc-lowpass.cir'), join(folder, deck));
    const out = `r'"un $(touch PWNED) 電`;
    const run = await spicelab(
      folder,
      'mc',
      deck,
      ...R1,
      '--measure',
      'bw=when(vdb(out),-3)',
      '--engine',
      'wasm',
      '-n',
      '4',
      '--out',
      out,
    );
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('4 samples') });
    expect(await spicelab(folder, 'show', out, '--sample', '1', '--deck')).toMatchObject({ code: 0 });
    expect(await spicelab(folder, 'ls')).toMatchObject({ stdout: expect.stringContaining(out) });
    for (const place of [folder, join(folder, 'sp ace'), join(folder, out)])
      expect(existsSync(join(place, 'PWNED'))).toBe(false);
  });
});
