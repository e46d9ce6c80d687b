import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER, get } from './cluster.ts';
import { type Laboratory, MC, openLaboratory } from './laboratory.ts';

const INDICES = 200;
const SAMPLES = 2000;

interface JobStatus {
  readonly spec: { readonly completions: number; readonly completionMode: string };
  readonly status: {
    readonly succeeded?: number;
    readonly failed?: number;
    readonly completedIndexes?: string;
  };
}

describe.skipIf(!CLUSTER)('a job of many indices', { timeout: 900_000 }, () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory();
  }, 900_000);
  afterAll(() => laboratory?.close());

  it('simulates each chunk in its own index once, and the table is that of a run here', async () => {
    const place = await laboratory.bench({ parallelism: 8 });
    const question = [
      ...MC,
      ...['-n', String(SAMPLES), '--chunk', String(SAMPLES / INDICES)],
      ...['--engine', 'formula', '--quiet', '--no-report'],
    ];
    const table = async (...out: string[]): Promise<string> => {
      const ran = await laboratory.spicelab(...question, ...out);
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      return (await laboratory.spicelab('export', out.at(-1)!, '--format', 'csv')).stdout;
    };
    const there = await table(...place.words, '--out', place.location);
    expect(there).toBe(await table('--out', 'here'));
    expect(there.trimEnd().split('\n')).toHaveLength(SAMPLES + 1);
    const { items } = await get<{ items: JobStatus[] }>(place.namespace, 'jobs');
    expect(items.map(({ spec, status }) => [spec.completions, status.failed ?? 0])).toEqual([[INDICES, 0]]);
    expect(items[0]!.status).toMatchObject({
      succeeded: INDICES,
      completedIndexes: `0-${INDICES - 1}`,
    });
  });
});
