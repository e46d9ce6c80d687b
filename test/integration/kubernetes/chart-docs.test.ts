import { copyFile, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksOf, ROOT, RUNNERS, runBlocks, workFolder } from '../../code-blocks.ts';
import { DASK_PYTHON } from '../dask/cluster.ts';
import { CHART, install } from './chart.ts';
import { attempt, CLUSTER, kubectl, run, until } from './cluster.ts';
import { loadImage } from './images.ts';

const before = { ...process.env };
const KUBERNETES = 'sh kubernetes';

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
    await attempt('kubectl', ['delete', 'namespace', 'spicelab', 'helm-examples', '--wait=false']);
    process.env = before;
    for (const made of [folder, private_]) await rm(made, { recursive: true, force: true });
  });

  const perform = async (page: string, blocks: readonly Block[], place: string) => {
    const wanted = blocks.filter(({ language }) => language === KUBERNETES);
    expect(wanted.length).toBeGreaterThan(0);
    await runBlocks(page, wanted, place, { [KUBERNETES]: RUNNERS['sh']! });
  };
  const page = async (name: string): Promise<Block[]> => blocksOf(await readFile(join(ROOT, name), 'utf8'));

  it('troubleshooting: its commands say something of a release that is there, and the guide goes the whole way', async () => {
    const guide = (await page('docs/deploy-kubernetes.md')).filter(({ language }) => language === KUBERNETES);
    await perform('docs/deploy-kubernetes.md', guide.slice(0, 1), folder);
    await perform(
      'docs/troubleshooting-kubernetes.md',
      await page('docs/troubleshooting-kubernetes.md'),
      folder,
    );
    await perform('docs/deploy-kubernetes.md', guide.slice(1), folder);
  });

  describe('examples', () => {
    beforeAll(async () => {
      await kubectl('create', 'namespace', 'helm-examples');
      await kubectl('config', 'set-context', '--current', '--namespace', 'helm-examples');
      await install('helm-examples', 'lab', []);
    }, 600_000);

    it.each(['kubernetes-elastic-dask', 'kubernetes-shared-results', 'kubernetes-monte-carlo'])(
      '%s does what its page says, and answers what is expected',
      async (name) => {
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
          const yields = Object.fromEntries(
            all.yields.map((each) => [each.name, each.failuresCounted.value]),
          );
          expect(yields).toEqual(wanted.yields);
        }
      },
    );

    it('are all of them run here', async () => {
      const folders = (await readdir(join(ROOT, 'examples'))).filter((name) =>
        name.startsWith('kubernetes-'),
      );
      expect(folders).toHaveLength(3);
    });
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
