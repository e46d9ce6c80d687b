import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Capabilities, JobRef } from '../../../backend.ts';
import { SpiceLabError, toSpiceLabError } from '../../../errors/index.ts';
import type { BatchOrder, BatchPlatform, Sighting } from '../../batch/index.ts';
import type { JobInfo, JobsApi } from './api.ts';
import { type JobPackage, jobPackage } from './package.ts';
import { otherLines, taskLines, taskState } from './tasks.ts';

export const NAME = 'ray-jobs';

export interface JobSettings {
  readonly api: JobsApi;
  /** Tasks at the same time; as many as there is room for when absent. */
  readonly workers: number | undefined;
  /** What a task takes of its node. */
  readonly workerCpus: number | undefined;
  readonly workerMemory: number | undefined;
}

const LOOK_MILLISECONDS = 1000;
/** A head that does not answer is asked again for two minutes. */
const MOST_FAILURES = 120;
const PATIENT_LOOKS = 10;
const STOP_LOOKS = 30;
const LOG_CHARACTERS = 1500;
const OVER: readonly JobInfo['status'][] = ['STOPPED', 'SUCCEEDED', 'FAILED'];

/** Ray's job submission: a job for each submit, which goes on by itself; a Ray task for each of its chunks. */
export class RayJobsPlatform implements BatchPlatform {
  readonly name = NAME;
  readonly capabilities: Capabilities;
  readonly engines = ['wasm'];
  readonly carries = 0;
  readonly lookSeconds = 2;
  readonly #settings: JobSettings;
  readonly #packages = new Map<string, Promise<JobPackage>>();

  /** @param slots tasks that run at the same time */
  constructor(settings: JobSettings, slots: number) {
    this.#settings = settings;
    this.capabilities = {
      delivery: 'store',
      slots,
      maxChunksPerSubmit: 1000,
      chunkSeconds: { least: 10, most: 120 },
      detachable: true,
      preemptible: true,
    };
  }

  get dashboard(): string {
    return this.#settings.api.address;
  }

  async submit(order: BatchOrder): Promise<Readonly<Record<string, unknown>>> {
    const { api, workers, workerCpus, workerMemory } = this.#settings;
    const { engine, chunks } = order.job;
    const bundle = await this.#package(engine.name);
    await api.bring(bundle);
    const told = {
      store: placeOf(order.store.location),
      job: order.id,
      tasks: chunks.length,
      most: workers ?? null,
      cpus: workerCpus ?? 1,
      memory: workerMemory ?? null,
    };
    await api.submit({
      submission_id: submissionOf(order.id),
      // what differs from job to job is no word of a shell
      entrypoint: 'python3 -m spicelab_bridge.ray.job',
      runtime_env: {
        working_dir: `gcs://${bundle.name}`,
        env_vars: { SPICELAB_RAY_JOB: JSON.stringify(told) },
      },
    });
    return { address: api.address, workers, workerCpus, workerMemory };
  }

  async *observe({ id }: JobRef, signal: AbortSignal): AsyncIterable<Sighting> {
    const { api } = this.#settings;
    let pending = 0;
    for (let failures = 0; !signal.aborted; ) {
      try {
        // first the state: a job that is over prints no more
        const info = await api.info(submissionOf(id));
        const log = info && info.status !== 'PENDING' ? await api.logs(submissionOf(id)) : '';
        failures = 0;
        const waits = info?.status === 'PENDING' && ++pending > PATIENT_LOOKS;
        yield { ...sightingOf(info, log), ...(waits ? { notice: `Ray: ${info.message}` } : {}) };
      } catch (thrown) {
        if (++failures >= MOST_FAILURES) throw thrown;
        if (failures === PATIENT_LOOKS) yield { notice: toSpiceLabError(thrown).message };
      }
      await wait(LOOK_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }

  async cancel({ id }: JobRef): Promise<void> {
    const { api } = this.#settings;
    await api.stop(submissionOf(id));
    for (let looks = 0; looks < STOP_LOOKS; looks++) {
      const info = await api.info(submissionOf(id));
      if (!info || OVER.includes(info.status)) return;
      await wait(LOOK_MILLISECONDS);
    }
  }

  /** What a task printed is in its last word already. */
  async logs(): Promise<undefined> {}

  async close(): Promise<void> {}

  #package(engine: string): Promise<JobPackage> {
    const known = this.#packages.get(engine) ?? jobPackage(engine);
    this.#packages.set(engine, known);
    return known;
  }
}

/** What the state of a job and its log say of its tasks. */
export function sightingOf(info: JobInfo | undefined, log: string): Sighting {
  if (!info) return { over: { reason: 'unreachable', detail: 'Ray does not know the job any more' } };
  const lines = taskLines(log);
  const tasks = new Map([...lines].map(([index, line]) => [index, taskState(line)]));
  if (!OVER.includes(info.status)) return { tasks };
  const printed = otherLines(log).slice(-LOG_CHARACTERS);
  const detail = [`the Ray job is over (${info.status}): ${info.message}`, printed]
    .filter(Boolean)
    .join('\n');
  if (info.status === 'FAILED' && lines.size === 0) {
    const remedy = 'Mend it on the cluster, then go on with spicelab resume.';
    return { refused: new SpiceLabError('BACKEND_UNUSABLE', detail, { remedy }).toJSON() };
  }
  return { tasks, over: { reason: 'unreachable', detail } };
}

const submissionOf = (id: string): string => `spicelab-${id}`;

/** A folder by a path that is the same wherever it is mounted. */
function placeOf(location: string): string {
  if (location.startsWith('file://')) return fileURLToPath(location);
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location) ? location : resolve(location);
}
