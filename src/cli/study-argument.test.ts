import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { studyArgument } from './study-argument.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');

it('a command takes a study file in place of a deck, with what the file says of its run', async () => {
  const { study, flags } = await studyArgument('worst-case', join(EXAMPLES, 'sallen-key.study.yaml'), {
    workers: 1,
  });
  expect(study.vary).toHaveLength(4);
  expect(flags.workers).toBe(1);
});

it('a flag that a study file must say itself is refused, not ignored', async () => {
  await expect(
    studyArgument('mc', join(EXAMPLES, 'sallen-key.study.yaml'), { trustDeck: true }),
  ).rejects.toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining('--trust-deck') });
});
