import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../../test/bundle.ts';
import { chunksOf, formulaJob, mischiefJob, run } from '../../../test/conformance/backend.ts';
import { sketchPlan } from '../../../test/sketch-plan.ts';
import type { Backend, JobEvent } from '../../backend.ts';
import { workerFile } from '../common/index.ts';
import { type BackendOptions, openBackend } from '../index.ts';

let folder: string;
let open: Backend[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spicelab-local-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const backend of open) await backend.close();
  open = [];
});

async function local(options: BackendOptions): Promise<Backend> {
  const backend = await openBackend('local', options);
  open.push(backend);
  return backend;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const workersUp = (events: readonly JobEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'worker' && event.state === 'up' ? [event.worker] : []));

const MEBI = 2 ** 20;

describe('openBackend', () => {
  it('names the nearest backend for one that does not exist', async () => {
    await expect(openBackend('locla')).rejects.toMatchObject({ code: 'BACKEND_UNKNOWN', remedy: /local/ });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d workers', async (workers) => {
    await expect(openBackend('local', { workers })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('local backend', () => {
  it('keeps its workers and their plan from job to job', async () => {
    const backend = await local({ workers: 1 });
    const plan = sketchPlan({ measure: { y: '$0' } });
    const first = await run(backend, formulaJob(plan, chunksOf(4, 2)));
    const second = await run(backend, formulaJob(plan, chunksOf(4, 2)));
    expect(workersUp(first.events)).toHaveLength(1);
    expect(workersUp(second.events)).toEqual(workersUp(first.events));
  });

  it('gives up with what the workers printed when they cannot even start', async () => {
    const broken = join(folder, 'broken.mjs');
    await writeFile(broken, `console.error('no such thing as a simulator'); process.exit(3);`);
    const backend = await local({ workers: 2, workerFile: broken });
    const { endings } = await run(backend, formulaJob(sketchPlan({ measure: { y: '$0' } }), chunksOf(6, 2)));
    for (const ending of endings.values()) {
      expect(ending).toMatchObject({ type: 'failed', error: { code: 'BACKEND_FAILED', remedy: /doctor/ } });
      expect(JSON.stringify(ending)).toMatch(/exit code 3.*no such thing as a simulator/);
    }
  });

  it('gives up on a plan that kills every worker it is loaded into, and on nothing else', async () => {
    const backend = await local({ workers: 1 });
    const { endings } = await run(backend, mischiefJob({ die: true }, chunksOf(2, 1)));
    for (const ending of endings.values())
      expect(ending).toMatchObject({ error: { code: 'BACKEND_FAILED' } });
    const next = await run(backend, formulaJob(sketchPlan({ measure: { y: '$0' } }), chunksOf(2, 1)));
    expect([...next.endings.values()].map(({ type }) => type)).toEqual(['part', 'part']);
  });

  it('replaces a worker that has grown, between two chunks and without anyone noticing', async () => {
    const backend = await local({ workers: 1, workerMemory: 500 * MEBI });
    const { events, endings } = await run(backend, mischiefJob({ grow: [1, 4] }, chunksOf(6, 1)));
    expect(new Set([...endings.values()].map(({ type }) => type))).toEqual(new Set(['part']));
    expect(workersUp(events)).toHaveLength(3);
  });

  it('gives back a chunk that takes too much memory, with the sample that did it', async () => {
    const backend = await local({ workers: 1, workerMemory: 500 * MEBI });
    const chunks = chunksOf(6, 3);
    const { endings } = await run(backend, mischiefJob({ hog: [4] }, chunks));
    expect(endings.get(chunks[0]!.id)?.type).toBe('part');
    expect(endings.get(chunks[1]!.id)).toMatchObject({ type: 'failed', cause: 'memory', suspect: 4 });
  });

  it('lets a worker work through the Ctrl-C that its coordinator gets', async () => {
    const backend = await local({ workers: 1 });
    const { endings } = await run(backend, mischiefJob({ seconds: 0.05 }, chunksOf(6, 3)), (event) => {
      if (event.type === 'started') process.kill(Number(event.worker), 'SIGINT');
    });
    expect([...endings.values()].map(({ type }) => type)).toEqual(['part', 'part']);
  });

  it('finds an engine by its path here, and lets it leave nothing here', async () => {
    const backend = await local({ workers: 1 });
    const litter = `litter-${process.pid}.log`;
    const name = './test/fakes/mischief-engine.mjs';
    const job = { ...mischiefJob({ litter }, chunksOf(2, 1)), engine: { name, options: {} } };
    const { endings } = await run(backend, job);
    expect([...endings.values()].map(({ type }) => type)).toEqual(['part', 'part']);
    expect(existsSync(litter)).toBe(false);
    await rm(join(tmpdir(), `spicelab-${process.getuid?.() ?? 'user'}`, litter));
  });

  it('takes turns between plans instead of loading one per chunk', async () => {
    const backend = await local({ workers: 1 });
    const jobs = Array.from({ length: 30 }, (_, i) =>
      mischiefJob({ loadSeconds: i % 2 ? 0.1 : 0.11 }, chunksOf(1, 1)),
    );
    const began = performance.now();
    await Promise.all(jobs.map((job) => run(backend, job)));
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('leaves no worker behind when the coordinator is killed, not even one that hangs', async () => {
    const library = join(folder, 'backends.mjs');
    await bundle(new URL('../index.ts', import.meta.url).pathname, library);
    const job = mischiefJob({ hang: [0] }, chunksOf(2, 1));
    const script = join(folder, 'coordinator.mjs');
    const plan = { ...job.plan, bytes: [...job.plan.bytes] };
    await writeFile(
      script,
      `import { openBackend } from ${JSON.stringify(library)};
       const job = ${JSON.stringify({ ...job, plan })};
       job.plan.bytes = Uint8Array.from(job.plan.bytes);
       const backend = await openBackend('local', { workers: 2, workerFile: ${JSON.stringify(workerFile())} });
       const ref = await backend.submit(job);
       const workers = new Set();
       for await (const event of backend.watch(ref)) {
         if (event.type === 'worker') workers.add(event.worker);
         if (event.type === 'part') console.log([...workers].join(' '));
       }`,
    );
    const coordinator = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(coordinator.stdout.setEncoding('utf8'), 'data')) as [string];
    const workers = line.trim().split(' ').map(Number);
    expect(workers).toHaveLength(2);
    expect(workers.every(exists)).toBe(true);
    coordinator.kill('SIGKILL');
    for (let i = 0; i < 200 && workers.some(exists); i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(workers.filter(exists)).toEqual([]);
  });
});
