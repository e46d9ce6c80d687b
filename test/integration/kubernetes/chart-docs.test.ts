import { copyFile, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksOf, ROOT, RUNNERS, runBlocks, workFolder } from '../../code-blocks.ts';
import { DASK_PYTHON } from '../dask/cluster.ts';
import { CHART } from './chart.ts';
import { attempt, CLUSTER, run, until } from './cluster.ts';
import { loadImage } from './images.ts';

const before = { ...process.env };
const KUBERNETES = 'sh kubernetes';
const EXAMPLES = (await readdir(join(ROOT, 'examples'))).filter((name) => name.startsWith('kubernetes-'));

/** Images by the names that the documentation gives them, and a kubeconfig of our own, in which it may change the namespace. */
describe.skipIf(!CLUSTER || !DASK_PYTHON)('the documentation of Kubernetes', { timeout: 900_000 }, () => {
  let folder = '';
  let private_ = '';
  beforeAll(async () => {
    for (const variant of ['spicelab', 'dask'] as const) {
      const name = await loadImage(variant);
      const known = `docker.io/library/${variant === 'spicelab' ? variant : `spicelab-${variant}`}:0.1.0`;
      const ctr = ['--address', `${CLUSTER}/containerd/sock`, '--namespace', 'k8s.io', 'images'];
      await run('ctr', [...ctr, 'tag', '--force', name, known]);
    }
    private_ = await mkdtemp(join(tmpdir(), 'spicelab-kube-'));
    await copyFile(before['KUBECONFIG']!, join(private_, 'config'));
    process.env['KUBECONFIG'] = join(private_, 'config');
    process.env['PATH'] = `${dirname(DASK_PYTHON!)}${delimiter}${before['PATH']}`;
    process.env['SPICELAB_PYTHON'] = DASK_PYTHON;
    process.env['CHART'] = CHART;
    folder = await workFolder();
    await symlink(join(ROOT, 'deploy'), join(folder, 'deploy'));
    await until('an earlier namespace is gone', async () => {
      const { code } = await attempt('kubectl', ['get', 'namespace', 'spicelab']);
      return code !== 0;
    });
  }, 900_000);
  afterAll(async () => {
    await attempt('kubectl', ['delete', 'namespace', 'spicelab', '--wait=false']);
    process.env = before;
    for (const made of [folder, private_]) await rm(made, { recursive: true, force: true });
  });

  const perform = async (page: string, blocks: readonly Block[], place: string) => {
    const wanted = blocks.filter(({ language }) => language === KUBERNETES);
    expect(wanted.length).toBeGreaterThan(0);
    await runBlocks(page, wanted, place, { [KUBERNETES]: RUNNERS['sh']! });
  };
  const page = async (name: string): Promise<Block[]> => blocksOf(await readFile(join(ROOT, name), 'utf8'));

  const GUIDE = 'docs/deploy-kubernetes.md';
  const guide = async (from: number, to?: number): Promise<void> =>
    perform(
      GUIDE,
      (await page(GUIDE)).filter(({ language }) => language === KUBERNETES).slice(from, to),
      folder,
    );

  it('the guide installs the chart, and the commands of troubleshooting say something of it', async () => {
    await guide(0, 1);
    const trouble = 'docs/troubleshooting-kubernetes.md';
    await perform(trouble, await page(trouble), folder);
  });

  it('the guide goes on to a first study, and to one on Dask workers', () => guide(1, -1));

  it.each(EXAMPLES)('the example %s does what its page says, and answers what is expected', async (name) => {
    const place = join(folder, name);
    await perform(`examples/${name}/README.md`, await page(`examples/${name}/README.md`), place);
    const expected = JSON.parse(await readFile(join(place, 'expected.json'), 'utf8'));
    for (const [file, wanted] of Object.entries<Expected>(expected)) {
      const { all } = JSON.parse(await readFile(join(place, file), 'utf8')) as { all: Answer };
      expect({ rows: all.rows, failures: all.failures }).toEqual({ rows: wanted.rows, failures: {} });
      for (const { name: measurement, mean, sigma } of all.statistics) {
        expect(mean.value / wanted.statistics[measurement]!.mean).toBeCloseTo(1, 5);
        expect(sigma.value / wanted.statistics[measurement]!.sigma).toBeCloseTo(1, 5);
      }
      const yields = Object.fromEntries(all.yields.map((each) => [each.name, each.failuresCounted.value]));
      expect(yields).toEqual(wanted.yields);
    }
  });

  it('the guide removes all that it made', async () => {
    await guide(-1);
    const { stderr } = await attempt('helm', ['status', 'lab', '--namespace', 'spicelab']);
    expect(stderr).toMatch(/not found/);
  });
});

interface Expected {
  readonly rows: number;
  readonly statistics: Readonly<Record<string, { readonly mean: number; readonly sigma: number }>>;
  readonly yields: Readonly<Record<string, number>>;
}

interface Answer {
  readonly rows: number;
  readonly failures: object;
  readonly statistics: readonly {
    readonly name: string;
    readonly mean: { readonly value: number };
    readonly sigma: { readonly value: number };
  }[];
  readonly yields: readonly { readonly name: string; readonly failuresCounted: { readonly value: number } }[];
}
