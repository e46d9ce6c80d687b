import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Backend } from '../../../src/backend.ts';
import { openBackend } from '../../../src/backends/index.ts';
import type { Plan } from '../../../src/plan/schema.ts';
import { openResults, type RunEvent, type RunHandle, startRun } from '../../../src/run/index.ts';
import type { Store } from '../../../src/store.ts';
import { openStore } from '../../../src/stores/index.ts';
import { type Mischief, mischiefPlan } from '../../fakes/mischief.ts';
import { apply, attempt, get, kubectl, makeNamespace, type Ran, until } from './cluster.ts';
import { loadImage, ROOT } from './images.ts';

/** The node's address, which pods reach as well. */
export const NODE = '10.244.0.1';
const TOKEN = 'a-token-of-the-tests-alone-0123456789';
/** A question that formulas answer, without a simulator; every laboratory has its deck. */
const FORMULA_DECK = 'formula\n.param a=1 b=2 y={a*b}\n.op\n.end\n';
export const MC = ['mc', 'formula.cir', '--vary', 'a=normal(1,10%)', '--measure', 'm=y', '--seed', '7'];
export const CLI = join(ROOT, 'dist/cli.mjs');
const ENGINES = '/opt/engines';
const SMALL = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '320Mi' } };

/** What the tests of a file share: an image, and a folder that is served to pods. */
export interface Laboratory {
  readonly image: string;
  readonly folder: string;
  readonly url: string;
  /** Makes a namespace; all of them go when the laboratory is closed. @param more entries of the job template that differ */
  bench(more?: Record<string, unknown>): Promise<Bench>;
  /** A command of this checkout, in the folder. */
  spicelab(...words: string[]): Promise<Ran>;
  close(): Promise<void>;
}

export async function openLaboratory(): Promise<Laboratory> {
  process.env['SPICELAB_STORE_TOKEN'] = TOKEN;
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-k8s-'));
  await writeFile(join(folder, 'formula.cir'), FORMULA_DECK);
  const [image, served] = await Promise.all([loadImage('spicelab'), serve(join(folder, 'runs'))]);
  const benches: Bench[] = [];
  const laboratory: Laboratory = {
    image,
    folder,
    url: served.url,
    bench: async (more) => {
      const made = await makeBench(laboratory, more);
      benches.push(made);
      return made;
    },
    spicelab: (...words) => attempt(process.execPath, [CLI, ...words], { cwd: folder }),
    close: async () => {
      await Promise.all(benches.map((made) => made.remove()));
      served.child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return laboratory;
}

async function serve(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const words = [CLI, 'serve', folder, '--host', NODE, '--port', '0', '--quiet'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const data of child.stdout!) {
    const [url] = /http:\/\/\S+/.exec(String(data)) ?? [];
    if (url) return { child, url: url.replace(/\/$/, '') };
  }
  throw new Error('spicelab serve ended without a word');
}

/** A namespace in which runs find what they need. */
export interface Bench {
  readonly namespace: string;
  /** What commands are told to simulate here. */
  readonly words: readonly string[];
  readonly backend: Backend;
  /** Where its runs are. */
  readonly location: string;
  remove(): Promise<void>;
}

async function makeBench(laboratory: Laboratory, more: Record<string, unknown> = {}): Promise<Bench> {
  const { name: namespace, remove } = await makeNamespace('k8s');
  const engine = await readFile(join(ROOT, 'test/fakes/mischief-engine.mjs'), 'utf8');
  await apply(
    namespace,
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store' }, stringData: { token: TOKEN } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'engines' }, data: { 'mischief.mjs': engine } },
  );
  const template = join(laboratory.folder, `${namespace}.yaml`);
  const said = {
    image: laboratory.image,
    imagePullPolicy: 'Never',
    terminationGracePeriodSeconds: 5,
    parallelism: 4,
    resources: SMALL,
    store: { tokenSecret: 'store' },
    volumes: [{ name: 'engines', configMap: { name: 'engines' } }],
    volumeMounts: [{ name: 'engines', mountPath: ENGINES }],
    ...more,
  };
  // JSON is YAML
  await writeFile(template, JSON.stringify(said, undefined, 2));
  const backend = await openBackend('k8s', { cluster: { namespace, jobTemplate: template } });
  const location = `${laboratory.url}/${namespace}`;
  return {
    namespace,
    words: ['--on', 'k8s', '--namespace', namespace, '--job-template', template],
    backend,
    location,
    remove: async () => {
      await backend.close();
      await remove();
    },
  };
}

export const MISCHIEF = { name: `${ENGINES}/mischief.mjs`, options: { sampleSeconds: 5 } };
const MISCHIEF_HERE = { name: join(ROOT, 'test/fakes/mischief-engine.mjs'), options: {} };

export interface Course {
  readonly events: RunEvent[];
  readonly handle: RunHandle;
}

/** Starts a run of the engine that misbehaves on request. */
export function begin(
  bench: Bench,
  store: Store,
  mischief: Mischief,
  wanted: number,
  chunk: number,
  engine: { readonly name: string; readonly options: object } = MISCHIEF,
): Course {
  const events: RunEvent[] = [];
  const handle = startRun({
    plan: mischiefPlan(mischief),
    store,
    backend: bench.backend,
    engine,
    wanted,
    chunk,
    onEvent: (event) => events.push(event),
  });
  return { events, handle };
}

export const notices = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));

/** Chunks that were lost and tried again. */
export const lossesIn = (events: readonly RunEvent[]): number =>
  events.reduce((most, event) => (event.type === 'progress' ? Math.max(most, event.losses) : most), 0);

/** Every row of a run: sample, status, values. */
export async function rowsIn(location: string): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const batch of (await openResults(await openStore(location))).batches()) {
    const columns = [...batch.columns.values()];
    for (let row = 0; row < batch.rows; row++)
      rows.push([batch.samples[row]!, batch.status[row]!, ...columns.map((column) => column[row]!)]);
  }
  return rows;
}

/** The same plan by workers of this machine that do what they should: the variables do not depend on what samples do. */
export async function rowsHere(folder: string, plan: Plan, wanted: number): Promise<number[][]> {
  const out = await mkdtemp(join(folder, 'here-'));
  const backend = await openBackend('local', { workers: 1 });
  const store = await openStore(out);
  await startRun({ plan, store, backend, engine: MISCHIEF_HERE, wanted }).result.finally(() =>
    backend.close(),
  );
  return rowsIn(out);
}

/** Every sample once, and bit by bit what this machine says; `but` are those that cannot be simulated. */
export async function expectSame(
  laboratory: Laboratory,
  location: string,
  wanted: number,
  but: readonly number[] = [],
): Promise<void> {
  const [rows, here] = [await rowsIn(location), await rowsHere(laboratory.folder, mischiefPlan({}), wanted)];
  expect(rows.map(([sample]) => sample)).toEqual(here.map(([sample]) => sample));
  const differing = here.filter(
    (row, k) => !row.every((value, column) => Object.is(value, rows[k]![column])),
  );
  expect(differing.map(([sample]) => sample)).toEqual(but);
}

interface Pod {
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase: string };
}

export async function podsOf(namespace: string): Promise<Pod[]> {
  return (await get<{ items: Pod[] }>(namespace, 'pods')).items;
}

/** The name of a pod that simulates. */
export const runningPod = (namespace: string): Promise<string> =>
  until(
    'a pod runs',
    async () => (await podsOf(namespace)).find(({ status }) => status.phase === 'Running')?.metadata.name,
    300,
  );

/** Holds of every run: nothing is left when its jobs are deleted. */
export async function expectNothingLeft(namespace: string): Promise<void> {
  await kubectl(
    '--namespace',
    namespace,
    'delete',
    'jobs',
    '--all',
    '--cascade=foreground',
    '--timeout=120s',
  );
  const left = await get<{ items: { metadata: { name: string } }[] }>(namespace, 'pods,configmaps,secrets');
  expect(left.items.map(({ metadata }) => metadata.name).sort()).toEqual(
    expect.arrayContaining(['engines', 'store']),
  );
  expect(left.items.filter(({ metadata }) => metadata.name.startsWith('spicelab-'))).toEqual([]);
}
