import { totalmem } from 'node:os';
import type { Task } from '../common/index.ts';
import type { ChunkOrder, HostReport } from './messages.ts';

const SAMPLE_SECONDS = 60;
const RECYCLE_SHARE = 0.6;
const MEMORY_SHARE = 0.8;
const LEAST_MEMORY = 2 ** 30;

/** What a far worker of any host can be told. */
export interface OrderSetting {
  /** Bytes of resident memory that a worker may take. */
  readonly memory: number;
  /** Whether its hosts may be others than this one. */
  readonly foreign: boolean;
}

/** A chunk with what its worker has to load first. */
export function chunkOrder({ chunk, job }: Task, bundle: string, setting: OrderSetting): ChunkOrder {
  const { plan, engine } = job.request;
  const { path, ...options } = engine.options;
  const { memory, foreign } = setting;
  return {
    bundle,
    planId: plan.id,
    order: {
      chunk: chunk.id,
      load_key: job.key,
      load: {
        type: 'load',
        planId: plan.id,
        engine: engine.name,
        // a path is for this machine only
        options: foreign || path === undefined ? options : { path, ...options },
        sampleSeconds: engine.options.sampleSeconds ?? SAMPLE_SECONDS,
        memory: { recycle: RECYCLE_SHARE * memory, limit: memory },
      },
      run: { type: 'run', chunk },
    },
  };
}

/** A fair share of the smallest host's memory for each of its slots. */
export function memoryShare(hosts: readonly HostReport[]): number {
  const slots = new Map<string, number>();
  for (const { host, slots: count } of hosts) slots.set(host, (slots.get(host) ?? 0) + count);
  const shares = hosts.map(
    ({ host, memory }) => (MEMORY_SHARE * (memory || totalmem())) / Math.max(1, slots.get(host) ?? 1),
  );
  return Math.max(LEAST_MEMORY, Math.floor(Math.min(...shares, MEMORY_SHARE * totalmem())));
}

/** Simulators that every host has. */
export function commonEngines([first, ...others]: readonly HostReport[]): readonly string[] {
  return (first?.engines ?? []).filter((name) => others.every(({ engines }) => engines.includes(name)));
}
