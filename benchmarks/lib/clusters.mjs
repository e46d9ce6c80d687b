import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { firstMatch } from './machine.mjs';
import { DIST, ROOT } from './process.mjs';

const ENGINE = join(ROOT, 'benchmarks/lib/waiting-engine.mjs');
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'spicelab-ci');

/** What a kind of cluster is called, the Python that has it, and the client of nobody but Python. */
export const CLUSTERS = {
  dask: {
    python: process.env['SPICELAB_TEST_DASK'] ?? join(CACHE, 'dask/bin/python'),
    module: 'distributed',
    plain: join(ROOT, 'benchmarks/loops/plain_dask.py'),
  },
  ray: {
    python: process.env['SPICELAB_TEST_RAY'] ?? join(CACHE, 'ray/bin/python'),
    module: 'ray',
    plain: join(ROOT, 'benchmarks/loops/plain_ray.py'),
  },
};

/** @typedef {keyof typeof CLUSTERS} ClusterKind */

/** Why a kind of cluster cannot be measured here. @param {ClusterKind} kind */
export function needsCluster(kind) {
  const { python, module } = CLUSTERS[kind];
  if (!existsSync(python)) return `no Python with ${module} (SPICELAB_TEST_${kind.toUpperCase()} names one)`;
  return firstMatch(python, ['-c', `import ${module}; print(${module}.__version__)`], /(\d+\.\d+)/)
    ? undefined
    : `${module} does not import`;
}

/** The library that is measured. @returns {Promise<typeof import('../../src/index.ts')>} */
const library = () => import(join(DIST, 'index.mjs'));

/**
 * A plan whose samples take so many seconds without a core.
 * @param {string} folder @param {number} seconds
 */
export async function waitingPlan(folder, seconds) {
  const { compileStudy, monteCarlo } = await library();
  const deck = join(folder, `wait-${seconds}.cir`);
  writeFileSync(deck, `wait ${seconds}\n.param a=1\n.end\n`);
  const study = monteCarlo({
    deck,
    vary: { a: 'normal(1,0.1)' },
    measure: { y: '2*a' },
    samples: 10,
    seed: 1,
  });
  return (await compileStudy(study)).plan;
}

/**
 * A backend on this machine, with workers that have simulated already.
 * @param {string} on `local`, or a kind of cluster, started for this @param {number} workers
 */
export async function openCluster(on, workers) {
  const { openBackend } = await library();
  const python = on in CLUSTERS ? CLUSTERS[/** @type {ClusterKind} */ (on)].python : undefined;
  return openBackend(on, { workers, python });
}

/**
 * Runs chunks of one sample and waits for the last of them.
 * @param {import('../../src/index.ts').Backend} backend @param {import('../../src/index.ts').Plan} plan
 * @param {number} chunks @param {string} folder where parts go
 * @returns {Promise<{ seconds: number, workers: number }>} how long it took, and how many workers had a hand in it
 */
export async function runChunks(backend, plan, chunks, folder) {
  const { planDocument } = await library();
  const name = mkdtempSync(join(folder, 'parts-'));
  const workers = new Set();
  const began = performance.now();
  const ref = await backend.submit({
    plan: planDocument(plan),
    chunks: Array.from({ length: chunks }, (_, start) => ({ id: `${name}-${start}`, start, end: start + 1 })),
    engine: { name: ENGINE, options: {} },
  });
  let parts = 0;
  for await (const event of backend.watch(ref)) {
    if (event.type === 'failed') throw new Error(event.error.message);
    if (event.type === 'lost') throw new Error(`lost: ${event.reason} ${event.detail}`);
    if (event.type !== 'part' || !event.part) continue;
    workers.add(event.worker);
    writeFileSync(join(name, `${parts++}.parquet`), event.part.table);
  }
  if (parts !== chunks) throw new Error(`${parts} parts of ${chunks} chunks`);
  return { seconds: (performance.now() - began) / 1000, workers: workers.size };
}

/**
 * What the client in Python needs to do the same with the same worker.
 * @param {string} folder @param {import('../../src/index.ts').Plan} plan
 */
export async function plainOrder(folder, plan) {
  const { planDocument } = await library();
  const { id, bytes } = planDocument(plan);
  const file = join(folder, 'plan.json');
  writeFileSync(file, bytes);
  return {
    node: process.execPath,
    worker: resolve(DIST, 'worker.mjs'),
    plan: file,
    parts: mkdtempSync(join(folder, 'plain-')),
    load: {
      type: 'load',
      planId: id,
      engine: ENGINE,
      options: {},
      sampleSeconds: 60,
      memory: { recycle: 8e9, limit: 9e9 },
    },
  };
}

/** Resident memory of a process. @param {number} pid @returns {number} bytes; 0 for one that is gone */
export function residentBytes(pid) {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
