import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SpiceLabError } from '../../errors/index.ts';
import type { Streams } from '../streams.ts';

const STARTER_DECK = `RC low-pass
V1 in 0 dc 0 ac 1
R1 in out 1k
C1 out 0 100n
.ac dec 20 10 100k
.end
`;

function starterStudy(deck: string, own: boolean): string {
  const vary = own
    ? [
        '  # target: distribution. "*" and "?" match names; 1% is one sigma of the deck’s own value.',
        '  R*: normal(1%)',
        '  C*: normal(5%)',
      ]
    : ['  # one sigma, as a share of the deck’s own value', '  R1: normal(1%)', '  C1: normal(5%)'];
  const measure = own
    ? [
        '# measure:            # the deck’s own .meas lines are measured anyway',
        '#   bw: when(vdb(out), -3)',
        '# specs:',
        '#   - bw > 1.4k',
      ]
    : ['measure:', '  bw: when(vdb(out), -3)', 'specs:', '  - 1.4k < bw < 1.8k'];
  return [
    '# spicelab run study.yaml',
    `deck: ${deck}`,
    'vary:',
    ...vary,
    ...measure,
    'samples: 1000',
    'seed: 1',
    '',
  ].join('\n');
}

/**
 * Writes a starter study (and a deck where none is named) into the current folder.
 * @throws SpiceLabError FILE_FAILED rather than overwrite anything.
 */
export async function init(deck: string | undefined, target: string, streams: Streams): Promise<void> {
  if (deck !== undefined && !existsSync(deck)) {
    throw new SpiceLabError('DECK_UNREADABLE', `there is no deck ${deck}`, {
      remedy: 'Leave the name away to start from an example deck.',
    });
  }
  if (deck === undefined) await writeNew('rc-lowpass.cir', STARTER_DECK);
  await writeNew(target, starterStudy(deck ?? 'rc-lowpass.cir', deck !== undefined));
  const wrote = deck === undefined ? `rc-lowpass.cir and ${target}` : target;
  streams.stdout.write(`Wrote ${wrote}. Next:\n  spicelab run ${basename(target)}\n`);
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new SpiceLabError(
      'FILE_FAILED',
      exists ? `${path} is there already` : `${path} cannot be written`,
      {
        remedy: exists
          ? 'Name another file, or move this one away: nothing is overwritten.'
          : 'Go to a folder that you may write to.',
        cause,
      },
    );
  }
}
