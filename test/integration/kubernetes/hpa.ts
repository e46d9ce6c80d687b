import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CLI, imageOf, install, spicelab } from './chart.ts';
import { forward, get, helm, kubectl, makeNamespace, until } from './cluster.ts';
import { ROOT } from './images.ts';

/** A kind of cluster whose workers the chart scales. */
export interface Elastic {
  readonly kind: 'dask' | 'ray';
  readonly port: number;
  /** Of this machine's Python that has what the bridge needs. */
  readonly python: string;
}

interface Scaled {
  readonly status: { readonly replicas?: number; readonly readyReplicas?: number };
}

/** CPU for some minutes of one worker; its table is what matters, not what it says. */
const SAMPLES = Number(process.env['SPICELAB_TEST_HPA_SAMPLES'] ?? 2500);
const DECK = join(ROOT, 'examples/ring-oscillator.cir');
const QUESTION = [
  ...['mc', DECK, '--vary', 'x*.mn.w=normal(3%)', '--vary', 'x*.mp.w=normal(3%)'],
  ...['--measure', 'frequency=frequency(v(n1), from=1n)', '--samples', String(SAMPLES), '--seed', '1'],
  ...['--engine', 'libngspice', '--no-report'],
];

/**
 * Scales workers from 1 to 3 by their CPU while a run is on them, to 1 again before it ends, and lets the load bring back what
 * it needs. Every sample must be there once, with the bits of a run on this machine.
 */
export async function scalesDuringARun({ kind, port, python }: Elastic): Promise<void> {
  const namespace = await makeNamespace(`helm-hpa-${kind}`);
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-hpa-'));
  const deployment = `lab-${kind}-worker`;
  const workers = async (): Promise<number> =>
    (await get<Scaled>(namespace.name, 'deployment', deployment)).status.readyReplicas ?? 0;
  const pods = async (): Promise<number> => {
    const selector = `app.kubernetes.io/component=${kind}-worker`;
    const { items } = await get<{ items: unknown[] }>(namespace.name, 'pods', '--selector', selector);
    return items.length;
  };
  const bound = (most: number): Promise<string> =>
    kubectl(
      ...['--namespace', namespace.name, 'patch', 'hpa', deployment],
      ...['--patch', JSON.stringify({ spec: { maxReplicas: most } })],
    );
  try {
    const image = await imageOf(kind);
    const requests = ['--set', `${kind}.worker.resources.requests.cpu=100m`];
    await install(namespace.name, 'lab', [
      ...image,
      ...requests,
      // one, until the run is there: starting takes CPU too
      ...['--set', `${kind}.enabled=true`, '--set', `${kind}.worker.autoscaling.maxReplicas=1`],
      ...['--set', 'results.enabled=false'],
    ]);
    expect(await workers()).toBe(1);
    await helm('test', 'lab', '--namespace', namespace.name);
    const { port: local, close } = await forward(namespace.name, `service/lab-${kind}`, port);
    try {
      const on = ['--on', `${kind}://127.0.0.1:${local}`, '--python', python, '--out', 'cluster'];
      const child = spawn('node', [CLI, ...QUESTION, ...on], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (data: Buffer) => {
        said += data;
      });
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const running = <T>(
        what: string,
        ask: () => Promise<T | undefined | false>,
        seconds: number,
      ): Promise<T> =>
        until(
          what,
          () => {
            if (child.exitCode !== null) throw new Error(`the run ended before: ${what}\n${said}`);
            return ask();
          },
          seconds,
        );
      await bound(3);
      await running('three workers, by their CPU', async () => (await workers()) === 3, 240);
      await bound(1);
      await running('one worker again, the others retired', async () => (await pods()) === 1, 240);
      await bound(3);
      expect({ code: await ended, said }).toMatchObject({ code: 0 });
    } finally {
      close();
    }
    await spicelab(folder, [...QUESTION, '--out', 'local']);
    const table = (name: string) => spicelab(folder, ['export', name, '--format', 'csv']);
    const [wanted, found] = [await table('local'), await table('cluster')];
    const samples = found
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(',')[0]);
    expect(samples).toHaveLength(SAMPLES);
    expect(new Set(samples).size).toBe(SAMPLES);
    expect(found).toBe(wanted);
    await until('one worker when nothing is left to do', async () => (await workers()) === 1, 240);
  } finally {
    await namespace.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
