import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backend, Job, JobEvent, JobRef } from '../../src/backend.ts';
import { planDocument } from '../../src/plan/identity.ts';
import type { Plan } from '../../src/plan/schema.ts';
import { type Chunk, checksum, decodePart, partKey } from '../../src/protocol/index.ts';
import type { Store } from '../../src/store.ts';
import { openFileStore } from '../../src/stores/index.ts';
import { MISCHIEF_ENGINE, type Mischief, mischiefPlan } from '../fakes/mischief.ts';
import { sketchPlan } from '../sketch-plan.ts';

/** A backend whose workers can read this checkout: one of their engines is a file of the tests. */
export interface BackendUnderTest {
  /** What it gives is closed after its lifetime. */
  open(): Promise<Backend>;
  /** What one backend serves, a test unless said otherwise; the whole suite where opening starts many processes. */
  readonly lifetime?: 'test' | 'suite';
  /** Ends a worker as `kill -9` would, by its name in events. */
  kill(worker: string): void;
  /** Whether the process of a worker is there. */
  alive(worker: string): boolean;
  /** Chunks of one test, at most, where each of them starts a process. */
  readonly mostChunks?: number;
}

/** For a backend whose workers are processes of this machine, named in events by their process id, perhaps after their host. */
export const localProcesses: Pick<BackendUnderTest, 'kill' | 'alive'> = {
  kill: (worker) => process.kill(pidOf(worker), 'SIGKILL'),
  alive: (worker) => {
    try {
      return process.kill(pidOf(worker), 0);
    } catch {
      return false;
    }
  },
};

const pidOf = (worker: string): number => Number(worker.split('-').at(-1));

let chunkCount = 0;
/** Chunks of so many samples each, from sample 0 on. */
export function chunksOf(samples: number, size: number): Chunk[] {
  return Array.from({ length: Math.ceil(samples / size) }, (_, i) => ({
    id: `chunk-${chunkCount++}`,
    start: i * size,
    end: Math.min(samples, (i + 1) * size),
  }));
}

/** A job for the engine that misbehaves on request. */
export function mischiefJob(mischief: Mischief, chunks: readonly Chunk[], sampleSeconds?: number): Job {
  const options = sampleSeconds === undefined ? {} : { sampleSeconds };
  return { plan: planDocument(mischiefPlan(mischief)), chunks, engine: { name: MISCHIEF_ENGINE, options } };
}

export const formulaJob = (plan: Plan, chunks: readonly Chunk[]): Job => ({
  plan: planDocument(plan),
  chunks,
  engine: { name: 'formula', options: {} },
});

export type Ending = Extract<JobEvent, { type: 'part' | 'failed' | 'lost' }>;
export const isEnding = (event: JobEvent): event is Ending =>
  event.type === 'part' || event.type === 'failed' || event.type === 'lost';

/** Watches a job to its end; every chunk must end once and `done` come last. */
export async function follow(
  backend: Backend,
  ref: JobRef,
  chunks: readonly Chunk[],
  onEvent: (event: JobEvent) => void = () => undefined,
): Promise<{ events: JobEvent[]; endings: Map<string, Ending> }> {
  const events: JobEvent[] = [];
  const endings = new Map<string, Ending>();
  for await (const event of backend.watch(ref)) {
    events.push(event);
    if (isEnding(event)) {
      expect(endings.has(event.chunk), `${event.chunk} ended twice`).toBe(false);
      endings.set(event.chunk, event);
    }
    onEvent(event);
  }
  expect([...endings.keys()].sort()).toEqual(chunks.map(({ id }) => id).sort());
  expect(events.findIndex(({ type }) => type === 'done')).toBe(events.length - 1);
  return { events, endings };
}

export async function run(backend: Backend, job: Job, onEvent?: (event: JobEvent) => void) {
  return follow(backend, await backend.submit(job), job.chunks, onEvent);
}

/** Chunk -> how it ended, in the order of the chunks. */
const kinds = (chunks: readonly Chunk[], endings: ReadonlyMap<string, Ending>): string[] =>
  chunks.map(({ id }) => endings.get(id)!.type);

/** The part of a chunk, from the event or from where its worker wrote it. */
async function tableOf(store: Store, chunk: Chunk, ending: Ending | undefined): Promise<Uint8Array> {
  if (ending?.type !== 'part') throw new Error(`no part but ${JSON.stringify(ending)}`);
  const table = ending.part?.table ?? (await store.read(partKey(chunk)));
  if (!table) throw new Error(`${chunk.id} ended with a part that is nowhere`);
  return table;
}

/** What every backend has to hold. */
export function backendConformance(name: string, subject: BackendUnderTest): void {
  describe(`backend ${name}`, () => {
    const plan = sketchPlan({ variables: ['x', 'y'], measure: { sum: '$0 + $1', product: '$0 * $1' } });
    let backend: Backend;
    let opened: Backend | undefined;
    let workers: Set<string>;
    let folder: string;
    let store: Store;
    /** So many chunks, or as many as are sensible where each starts a process. */
    const few = (chunks: number): number => Math.min(chunks, subject.mostChunks ?? chunks);
    const submit = (job: Job): Promise<JobRef> => backend.submit({ ...job, store });
    const play = async (job: Job, onEvent?: (event: JobEvent) => void) =>
      follow(backend, await submit(job), job.chunks, onEvent);
    const note = (event: JobEvent): void => {
      if (event.type === 'worker') workers.add(event.worker);
    };

    beforeEach(async () => {
      workers = new Set();
      folder = await mkdtemp(join(tmpdir(), 'spicelab-backend-'));
      store = await openFileStore(folder);
      opened ??= await subject.open();
      backend = opened;
    });

    const close = async (): Promise<void> => {
      await opened?.close();
      opened = undefined;
    };
    afterEach(async () => {
      if (subject.lifetime !== 'suite') await close();
      await rm(folder, { recursive: true, force: true });
    });
    afterAll(close);

    it('ends every chunk once, after it has started, and says what was simulated with', async () => {
      const job = formulaJob(plan, chunksOf(10 * few(50), 10));
      const { events, endings } = await play(job);
      expect(new Set(kinds(job.chunks, endings))).toEqual(new Set(['part']));
      const started = new Set<string>();
      let engines = 0;
      for (const event of events) {
        if (event.type === 'worker' && event.engine) engines++;
        if (event.type === 'started') started.add(event.chunk);
        if (!isEnding(event)) continue;
        expect(started.has(event.chunk)).toBe(true);
        expect(engines).toBeGreaterThan(0);
      }
    });

    it('delivers parts that hold their chunk and match their checksum', async () => {
      const job = formulaJob(plan, chunksOf(7 * few(14) + 2, 7));
      const { endings } = await play(job);
      for (const chunk of job.chunks) {
        const { id, start, end } = chunk;
        const ending = endings.get(id);
        const table = await tableOf(store, chunk, ending);
        if (backend.capabilities.delivery === 'stream')
          expect(ending).toMatchObject({ part: { rows: end - start, checksum: checksum(table) } });
        const part = decodePart(table, plan);
        expect(part).toMatchObject({
          planId: job.plan.id,
          range: { start, end },
          engine: { name: 'formula' },
        });
      }
    });

    it('yields the same bits whatever the chunks, their order and the worker', async () => {
      const whole = formulaJob(plan, chunksOf(few(256), few(256)));
      const single = formulaJob(plan, chunksOf(few(256), 1).reverse());
      const again = formulaJob(plan, chunksOf(few(256), few(256)));
      const [one, many, twice] = [await play(whole), await play(single), await play(again)];
      const all = whole.chunks[0]!;
      const expected = await tableOf(store, all, one.endings.get(all.id));
      expect(
        Buffer.compare(expected, await tableOf(store, all, twice.endings.get(again.chunks[0]!.id))),
      ).toBe(0);
      const { columns } = decodePart(expected, plan);
      for (const chunk of single.chunks) {
        const part = decodePart(await tableOf(store, chunk, many.endings.get(chunk.id)), plan);
        for (const [column, values] of part.columns)
          expect(values[0]).toBe(columns.get(column)![chunk.start]);
      }
    });

    it('has nothing to do for a job without chunks', async () => {
      expect((await play(formulaJob(plan, []))).events).toEqual([{ type: 'done' }]);
    });

    it('does many jobs of several plans at once', async () => {
      const jobs = Array.from({ length: few(20) }, (_, i) =>
        formulaJob(sketchPlan({ measure: { y: `$0 + ${i % 3}` } }), chunksOf(few(20), 2)),
      );
      const results = await Promise.all(jobs.map((job) => play(job)));
      for (const [i, { endings }] of results.entries())
        expect(new Set(kinds(jobs[i]!.chunks, endings))).toEqual(new Set(['part']));
    });

    it('reports a chunk lost whose worker was killed, and goes on', async () => {
      const job = mischiefJob({ hang: [6] }, chunksOf(12, 2));
      const victim = job.chunks[3]!.id;
      const { endings } = await play(job, (event) => {
        if (event.type === 'started' && event.chunk === victim) subject.kill(event.worker);
      });
      expect(kinds(job.chunks, endings)).toEqual(['part', 'part', 'part', 'lost', 'part', 'part']);
      expect(endings.get(victim)).toMatchObject({ reason: 'crash' });
    });

    it('blames a crash on the one chunk that caused it, however short the chunks are', async () => {
      const chunks = chunksOf(few(60), 1);
      const crash = [Math.floor(chunks.length / 3), chunks.length - 2];
      const { endings } = await play(mischiefJob({ crash }, chunks));
      const lost = chunks.filter(({ id }) => endings.get(id)!.type === 'lost').map(({ start }) => start);
      expect(lost).toEqual(crash);
    });

    it('gives back a chunk whose engine throws, and goes on', async () => {
      const chunks = chunksOf(10, 2);
      const { endings } = await play(mischiefJob({ throw: [4] }, chunks));
      expect(kinds(chunks, endings)).toEqual(['part', 'part', 'failed', 'part', 'part']);
      expect(endings.get(chunks[2]!.id)).toMatchObject({
        cause: 'error',
        error: { message: 'told to throw' },
      });
    });

    it('gives back a chunk that hangs, with the sample that did it', async () => {
      const chunks = chunksOf(12, 4);
      const { endings } = await play(mischiefJob({ hang: [6] }, chunks, 0.1));
      expect(kinds(chunks, endings)).toEqual(['part', 'failed', 'part']);
      expect(endings.get(chunks[1]!.id)).toMatchObject({ cause: 'timeout', suspect: 6 });
    });

    it('is not confused by what an engine prints', async () => {
      const chunks = chunksOf(20, 2);
      const { endings } = await play(mischiefJob({ print: true }, chunks));
      expect(new Set(kinds(chunks, endings))).toEqual(new Set(['part']));
    });

    it('fails every chunk of an engine that does not exist, with the nearest name', async () => {
      const job: Job = { ...formulaJob(plan, chunksOf(6, 2)), engine: { name: 'formulas', options: {} } };
      const { endings } = await play(job);
      for (const ending of endings.values())
        expect(ending).toMatchObject({ type: 'failed', cause: 'error', error: { code: 'ENGINE_UNKNOWN' } });
    });

    it('fails every chunk of a plan that does not load, and then does the next job', async () => {
      const refused = mischiefJob({ refuse: true }, chunksOf(6, 2));
      const { endings } = await play(refused);
      for (const ending of endings.values())
        expect(ending).toMatchObject({ type: 'failed', error: { message: 'told to refuse' } });
      const next = formulaJob(plan, chunksOf(4, 2));
      expect(kinds(next.chunks, (await play(next)).endings)).toEqual(['part', 'part']);
    });

    it('cancels within a second, whatever is in flight, and leaves other jobs alone', async () => {
      // all of them: that one has begun may be told late
      const hanging = mischiefJob({ hang: [0, 2, 4, 6] }, chunksOf(8, 2));
      const other = formulaJob(plan, chunksOf(8, 2));
      const ref = await submit(hanging);
      const otherDone = play(other);
      let asked = 0;
      const { endings } = await follow(backend, ref, hanging.chunks, (event) => {
        if (event.type !== 'started' || asked > 0) return;
        asked = performance.now();
        void backend.cancel(ref);
      });
      expect(performance.now() - asked).toBeLessThan(1000);
      expect(new Set(kinds(hanging.chunks, endings))).toEqual(new Set(['lost']));
      for (const ending of endings.values()) expect(ending).toMatchObject({ reason: 'cancelled' });
      expect(new Set(kinds(other.chunks, (await otherDone).endings))).toEqual(new Set(['part']));
    });

    it('cancels single chunks within a second, where it can, and goes on with the others', async () => {
      if (!backend.cancelChunks) return;
      const job = mischiefJob({ hang: [0] }, chunksOf(12, 2));
      const [hanging, next] = job.chunks.map(({ id }) => id);
      const ref = await backend.submit(job);
      let asked = 0;
      let took = 0;
      const { endings } = await follow(backend, ref, job.chunks, (event) => {
        if (event.type === 'lost') took = performance.now() - asked;
        if (event.type !== 'started' || event.chunk !== hanging) return;
        asked = performance.now();
        void backend.cancelChunks!(ref, [hanging!, 'stranger']);
      });
      expect(took).toBeLessThan(1000);
      expect(kinds(job.chunks, endings)).toEqual(['lost', 'part', 'part', 'part', 'part', 'part']);
      expect(endings.get(hanging!)).toMatchObject({ reason: 'cancelled' });
      await backend.cancelChunks(ref, [hanging!, next!]);
    });

    it('stops telling when the watcher leaves, and tells the rest to the next', async () => {
      const job = formulaJob(plan, chunksOf(few(40), 1));
      const ref = await submit(job);
      const leave = new AbortController();
      let heard = 0;
      for await (const event of backend.watch(ref, leave.signal)) {
        if (isEnding(event)) heard++;
        if (heard === 3) leave.abort();
      }
      expect(heard).toBe(3);
      for await (const event of backend.watch(ref)) if (isEnding(event)) heard++;
      expect(heard).toBe(job.chunks.length);
    });

    // the last one: it closes what may serve the whole suite
    it('leaves no process behind when it is closed, busy or idle', async () => {
      await play(formulaJob(plan, chunksOf(8, 2)), note);
      const busy = mischiefJob({ hang: [0] }, chunksOf(1, 1));
      const ref = await submit(busy);
      const { endings } = await follow(backend, ref, busy.chunks, (event) => {
        note(event);
        if (event.type === 'started') void backend.close();
      });
      expect(kinds(busy.chunks, endings)).toEqual(['lost']);
      await backend.close();
      expect(workers.size).toBeGreaterThan(0);
      expect([...workers].filter((worker) => subject.alive(worker))).toEqual([]);
      await expect(submit(busy)).rejects.toMatchObject({ name: 'SpiceLabError' });
    });
  });
}
