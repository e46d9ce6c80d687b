import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SpiceLabError } from '../errors/index.ts';
import {
  type BatchJob,
  type Chunk,
  decodeBatchJob,
  JOB_FILE,
  jobKey,
  jobPlanKey,
  PLAN_FILE,
} from '../protocol/index.ts';
import type { Store } from '../store.ts';

/** What one task has to do. */
export interface Orders {
  readonly job: BatchJob;
  readonly plan: { readonly id: string; readonly bytes: Uint8Array };
  readonly chunk: Chunk;
}

/**
 * Reads the orders of a task from the folder that its platform mounted, or what is not there from the store.
 * @throws SpiceLabError BACKEND_UNUSABLE, PROTOCOL_INVALID where they are no orders, STORE_FAILED
 */
export async function readOrders(
  store: Store,
  name: string,
  index: number,
  folder: string | undefined,
): Promise<Orders> {
  const job = decodeBatchJob(await document(store, folder, JOB_FILE, jobKey(name)));
  const chunk = job.chunks[index];
  if (!chunk)
    throw new SpiceLabError(
      'BACKEND_UNUSABLE',
      `job ${name} has ${job.chunks.length} tasks, none is ${index}`,
    );
  const packed = await document(store, folder, PLAN_FILE, jobPlanKey(job.plan));
  return { job, plan: { id: job.plan, bytes: gunzipSync(packed) }, chunk };
}

async function document(
  store: Store,
  folder: string | undefined,
  file: string,
  key: string,
): Promise<Uint8Array> {
  const mounted = folder && (await readFile(join(folder, file)).catch(() => undefined));
  const bytes = mounted || (await store.read(key));
  if (bytes) return bytes;
  throw new SpiceLabError('BACKEND_UNUSABLE', `there is no ${key} in ${store.location}`, {
    remedy: 'The store of the workers must be the store of the run.',
  });
}
