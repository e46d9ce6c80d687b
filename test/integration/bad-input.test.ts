import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { expectPlain, expectRefusal, type Words, writeDeck } from '../bad-input/refusal.ts';
import { spicelab, workFolder } from '../command/command.ts';

const R1 = ['--vary', 'R1=normal(1%)'];
const DIVIDER = ['V1 in 0 dc 1 ac 1', 'R1 in out 1k', 'R2 out 0 1k'];

/** Engines of this machine, as `doctor` finds them. */
function found(engine: string): boolean {
  try {
    if (engine === 'ngspice') execFileSync('ngspice', ['--version'], { stdio: 'ignore' });
    else return /libngspice\.so/.test(execFileSync('ldconfig', ['-p'], { encoding: 'utf8' }));
    return true;
  } catch {
    return false;
  }
}

describe.each(['libngspice', 'ngspice'])('bad input to %s', async (engine) => {
  const folder = await workFolder();
  const missing = !found(engine);
  if (missing) console.warn(`skipped: ${engine} is not installed here`);
  const simulate = (out: string) => [
    'mc',
    'deck.cir',
    ...R1,
    '--engine',
    engine,
    '-n',
    '4',
    '--workers',
    '1',
    '--out',
    out,
  ];

  const refused: readonly (readonly [string, readonly string[], Words])[] = [
    [
      'undefined parameter',
      [...DIVIDER, 'R3 in 0 {rvall}', '.param rval=1k'],
      ['deck.cir:5: ', '"rvall" is not defined', 'Did you mean rval'],
    ],
    ['unknown dot command', [...DIVIDER, '.mesa ac x'], ['.mesa']],
    [
      'undefined model',
      [...DIVIDER, 'D1 out 0 dmodd', '.model dmod d'],
      ['deck.cir:5: ', 'Did you mean dmod'],
    ],
    ['missing include', [...DIVIDER, '.include gone.lib'], ['deck.cir:5: ', 'gone.lib not found']],
  ];
  it.skipIf(missing).each(refused)('%s is refused', async (_name, lines, words) => {
    await writeDeck(folder, 'deck.cir', lines);
    await expectRefusal(folder, simulate('refused'), words);
  });

  const failing: readonly (readonly [string, readonly string[], readonly string[], Words])[] = [
    [
      'never-fires',
      [
        'V1 in 0 dc 1 ac 1',
        'R1 in out 1k',
        'C1 out 0 100n',
        '.ac dec 10 1 100k',
        '.meas ac up when vdb(out)=30',
      ],
      [],
      ['4 failed (4 measurement)', 'up: never fired'],
    ],
    ['no-number', DIVIDER, ['--measure', 'x=sqrt(-v(out))'], ['4 failed (4 measurement)', 'NaN']],
    [
      'no-convergence',
      ['V1 in 0 1', 'R1 in out 1k', 'B1 out 0 I=v(out)>0.5 ? -1e3*v(out) : 1e3*(1-v(out))'],
      ['--measure', 'x=v(out)'],
      ['4 failed (4 convergence)', 'no convergence'],
    ],
  ];
  it.skipIf(missing).each(failing)('%s is counted', async (name, lines, flags, words) => {
    await writeDeck(folder, 'deck.cir', lines);
    const ended = await spicelab(folder, ...simulate(name), ...flags);
    expectPlain(ended);
    expect(ended.code).toBe(0);
    for (const word of words) expect(ended.stdout).toContain(word);
  });
});
