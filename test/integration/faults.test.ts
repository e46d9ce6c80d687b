import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openResults } from '../../src/run/index.ts';
import { openStore } from '../../src/stores/index.ts';
import type { CoordinatorTask } from '../fakes/coordinator.ts';
import { Coordinators } from './coordinators.ts';

const WANTED = 3000;
const CHUNK = 4;
let scratch = '';
let coordinators: Coordinators;
let expected: number[][] = [];

const coordinate = (task: Omit<CoordinatorTask, 'workerFile' | 'workers'>) =>
  coordinators.start({ workers: 2, ...task });

async function resultsOf(folder: string) {
  return openResults(await openStore(folder));
}

async function tableOf(folder: string): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const batch of (await resultsOf(folder)).batches()) {
    const columns = [...batch.columns.values()];
    for (let row = 0; row < batch.rows; row++)
      rows.push([batch.samples[row]!, batch.status[row]!, ...columns.map((column) => column[row]!)]);
  }
  return rows;
}

/** Part -> when its file came to be: a part that is simulated again would be a new file. */
async function partTimes(folder: string): Promise<Map<string, string>> {
  const times = new Map<string, string>();
  const names = await readdir(join(folder, 'parts')).catch(() => []);
  for (const name of names.filter((name) => name.endsWith('.parquet'))) {
    const { ino, mtimeMs } = await stat(join(folder, 'parts', name));
    times.set(name, `${ino} ${mtimeMs}`);
  }
  return times;
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'spicelab-faults-'));
  coordinators = await Coordinators.prepare(scratch);
  const folder = join(scratch, 'undisturbed');
  expect(await coordinate({ folder, wanted: WANTED }).ended).toBe(0);
  expected = await tableOf(folder);
  expect(expected).toHaveLength(WANTED);
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

describe('a run whose coordinator is killed at random instants', () => {
  it('is finished by resume, simulates nothing twice that was finished, and has the same table', async () => {
    const folder = join(scratch, 'killed');
    let known = new Map<string, string>();
    let kills = 0;
    for (let session = 1; ; session++) {
      const founded = existsSync(join(folder, 'plan.json'));
      const task = founded ? { folder } : { folder, wanted: WANTED, chunk: CHUNK };
      const coordinator = coordinate(task);
      // The first ones before anything is there, the later ones in the middle of the work.
      if (session > 2) await coordinator.first('worker');
      if (kills < 8) {
        await Promise.race([pause(30 + Math.random() * 250), coordinator.ended]);
        if (coordinator.child.kill('SIGKILL')) kills++;
      }
      const code = await coordinator.ended;
      const now = await partTimes(folder);
      for (const [name, time] of known) expect(now.get(name)).toBe(time);
      known = now;
      if (code === 0) break;
      expect(code).toBe(null);
    }
    const results = await resultsOf(folder);
    const simulated = results.sessions.reduce((sum, session) => sum + session.simulated, 0);
    expect(simulated).toBe(WANTED);
    expect(known.size).toBe(WANTED / CHUNK);
    expect(await tableOf(folder)).toEqual(expected);
  });
});

describe('a run whose workers are killed', () => {
  it('goes on with other workers and has the same table', async () => {
    const folder = join(scratch, 'workers');
    const coordinator = coordinate({ folder, wanted: WANTED, chunk: CHUNK });
    for (let kills = 0; kills < 4; kills++) {
      await coordinator.first('worker');
      await Promise.race([pause(20 + Math.random() * 150), coordinator.ended]);
      const state = new Map<string, string>();
      for (const line of coordinator.lines) if (line.type === 'worker') state.set(line.worker, line.state);
      const up = [...state].filter(([, is]) => is === 'up').map(([worker]) => Number(worker));
      const victim = up[Math.floor(Math.random() * up.length)];
      if (victim !== undefined && coordinator.child.exitCode === null) kill(victim);
    }
    expect(await coordinator.ended).toBe(0);
    expect(await tableOf(folder)).toEqual(expected);
    expect((await resultsOf(folder)).sessions[0]).toMatchObject({ simulated: WANTED });
  });

  it('and its coordinator too is finished by resume with the same table', async () => {
    const folder = join(scratch, 'both');
    const coordinator = coordinate({ folder, wanted: WANTED, chunk: CHUNK });
    const worker = await coordinator.first('worker');
    await pause(Math.random() * 200);
    if (worker.type === 'worker') kill(Number(worker.worker));
    await pause(Math.random() * 100);
    coordinator.child.kill('SIGKILL');
    await coordinator.ended;
    expect(await coordinate({ folder, wanted: WANTED, chunk: CHUNK }).ended).toBe(0);
    expect(await tableOf(folder)).toEqual(expected);
  });
});

describe('two coordinators on one run', () => {
  it('the second is told who works on it; the run is finished once', async () => {
    const folder = join(scratch, 'two');
    const first = coordinate({ folder, wanted: WANTED, chunk: CHUNK });
    await first.first('started');
    const second = coordinate({ folder, wanted: WANTED, chunk: CHUNK });
    expect(await second.ended).toBe(2);
    expect(second.lines.at(-1)).toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining(`process ${first.child.pid} `),
    });
    expect(await first.ended).toBe(0);
    expect(await tableOf(folder)).toEqual(expected);
  });

  it('that both find the lock of a dead one: only one goes on', async () => {
    const folder = join(scratch, 'race');
    const dead = coordinate({ folder, wanted: WANTED, chunk: CHUNK });
    await dead.first('worker');
    dead.child.kill('SIGKILL');
    await dead.ended;
    const pair = [coordinate({ folder }), coordinate({ folder })];
    const codes = await Promise.all(pair.map(({ ended }) => ended));
    const locked = pair.filter(({ lines }) => lines.at(-1)?.type === 'error');
    // The later one may come so late that the other has finished: then it finds nothing to do.
    expect(codes.filter((code) => code === 0).length).toBeGreaterThan(0);
    for (const { lines } of locked) expect(lines.at(-1)).toMatchObject({ code: 'RUN_LOCKED' });
    const { sessions } = await resultsOf(folder);
    expect(sessions.reduce((sum, session) => sum + session.simulated, 0)).toBe(WANTED);
    expect(await tableOf(folder)).toEqual(expected);
  });
});

describe('Ctrl-C', () => {
  it('finishes the chunks in flight; resume does the rest', async () => {
    const folder = join(scratch, 'interrupted');
    const coordinator = coordinate({ folder, wanted: WANTED, chunk: CHUNK });
    await coordinator.first('progress');
    coordinator.child.kill('SIGINT');
    expect(await coordinator.ended).toBe(0);
    const outcome = coordinator.lines.find((line) => line.type === 'finished')?.outcome.kind;
    expect(['interrupted', 'complete']).toContain(outcome);
    const { present, sessions } = await resultsOf(folder);
    expect(sessions[0]!.simulated).toBe(present);
    expect(await coordinate({ folder }).ended).toBe(0);
    expect(await tableOf(folder)).toEqual(expected);
  });
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
