import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tolerances } from '../study/index.ts';
import { sensitivity, worstCase } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spicelab-failed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const options = (name: string) => ({ engine: 'formula', workers: 1, out: join(folder, name) });
const deck = { text: 'formula\n.param a=1 b=1\n.op\n.end\n' };

describe('extremes that failed', () => {
  const study = tolerances({
    deck,
    vary: { a: 'uniform(low=0,high=2)', b: 'uniform(10%)' },
    measure: { y: 'b/a' },
  });

  it('are told with the worst case, which may be among them', async () => {
    const { cases, failed } = await worstCase(study, options('extremes'));
    expect(cases[0]!.greatest.value).toBe(1);
    expect(failed.map(({ status }) => status)).toEqual(['measurement', 'measurement']);
    expect(failed[0]!.message).toContain('y');
  });

  it('are none where every sample has its figures', async () => {
    expect((await sensitivity(study, { ...options('slopes') })).failed).toEqual([]);
  });
});

describe('a corner that sets a tolerance', () => {
  it('is refused by name, for an extreme can only be set once', async () => {
    const study = tolerances({
      deck,
      vary: { a: 'normal(10%)' },
      corners: ['low: a=5'],
      measure: { y: 'a*b' },
    });
    await expect(worstCase(study, options('twice'))).rejects.toMatchObject({
      code: 'STUDY_INVALID',
      message: expect.stringMatching(/^a is set by/),
    });
  });
});
