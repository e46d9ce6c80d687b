import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../src/backends/index.ts';
import { openFileStore } from '../../../src/stores/index.ts';
import { CLI, ROOT } from '../../code-blocks.ts';
import { chunksOf, follow, localProcesses, mischiefJob } from '../../conformance/backend.ts';
import { childWhere } from '../struck-runs.ts';
import { RAY_PYTHON, RayCluster, type RayNode } from './cluster.ts';

const STUDY = join(ROOT, 'examples/rc-lowpass.study.yaml');
const FEW = ['-n', '400', '--chunk', '40', '--engine', 'wasm', '--no-report'];
const run = promisify(execFile);

describe.skipIf(!RAY_PYTHON)('a run that is left to a Ray cluster', () => {
  let scratch = '';
  let cluster: RayCluster;
  let nodes: RayNode[];

  const spicelab = (...words: string[]) => run(process.execPath, [CLI, ...words], { cwd: scratch });
  const tableOf = async (folder: string): Promise<string> => {
    await spicelab('export', folder, '-o', `${folder}.csv`);
    return readFile(join(scratch, `${folder}.csv`), 'utf8');
  };

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'spicelab-ray-detached-'));
    cluster = await RayCluster.takingJobs();
    nodes = [await cluster.node(), await cluster.node()];
  });
  afterAll(async () => {
    await cluster?.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  it('goes on after its command has ended, through the loss of a node, and has the same bits when it is attached to', async () => {
    await spicelab('run', STUDY, ...FEW, '--out', 'here');
    const left = await spicelab('run', STUDY, ...FEW, '--on', cluster.jobs, '--detach', '--out', 'there');
    expect(left.stdout).toContain('spicelab attach there');
    process.kill(childWhere(nodes[0]!.child.pid!, /raylet\/raylet/), 'SIGKILL');
    const { stdout } = await spicelab('attach', 'there', '--no-report', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.find(({ type }) => type === 'finished')).toMatchObject({ present: 400 });
    expect(await tableOf('there')).toBe(await tableOf('here'));
  });

  it('tells whose chunk was lost with its task, and ends its processes when it is cancelled', async () => {
    const backend = await openBackend(cluster.jobs);
    const store = await openFileStore(join(scratch, 'cancelled'));
    const job = { ...mischiefJob({ hang: [2] }, chunksOf(4, 2)), store };
    const ref = await backend.submit(job);
    const hanging = job.chunks[1]!.id;
    let worker = '';
    let cancelled: Promise<void> | undefined;
    const { endings } = await follow(backend, ref, job.chunks, (event) => {
      if (event.type === 'started' && event.chunk === hanging) {
        worker = event.worker;
        cancelled = backend.cancel(ref);
      }
    });
    expect(endings.get(hanging)).toMatchObject({ type: 'lost', reason: 'cancelled' });
    await cancelled;
    await backend.close();
    await expect.poll(() => localProcesses.alive(worker), { timeout: 20_000 }).toBe(false);
  });
});
