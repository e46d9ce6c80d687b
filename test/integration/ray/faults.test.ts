import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenWhere, childWhere, lastWorker, parentOf, type Strike, StruckRuns } from '../struck-runs.ts';
import { RAY_PYTHON, RayCluster, type RayNode } from './cluster.ts';

/** Samples of a run that lasts until a node has come or gone. */
const LONG = 1600;

let runs: StruckRuns;
beforeAll(async () => {
  if (RAY_PYTHON) runs = await StruckRuns.prepare({ python: RAY_PYTHON, workers: 5 });
});
afterAll(() => runs?.end());

const killBridge = async (): Promise<void> => {
  process.kill(childWhere(process.pid, /spicelab_bridge/), 'SIGKILL');
};

describe.skipIf(!RAY_PYTHON)('a run on Ray has the same table, every sample once, when', () => {
  it('the bridge is killed, and with it the cluster that it has started', async () => {
    await runs.expectWhole(await runs.run('ray', 'own', killBridge));
  });

  describe('on a cluster of others, with 4 workers,', () => {
    let cluster: RayCluster;
    let nodes: RayNode[];
    const twoNodes = async () => [await cluster.node({ cpus: 2 }), await cluster.node({ cpus: 2 })];
    const raylet = (node: RayNode): number => childWhere(node.child.pid!, /raylet\/raylet/);
    const runStruck = (name: string, strike: Strike, samples?: number) =>
      runs.run(cluster.outside, name, strike, samples);

    beforeAll(async () => {
      cluster = await RayCluster.start(0);
      nodes = await twoNodes();
    });
    afterAll(() => cluster.stop());

    it('nothing happens, seen from one of its nodes', async () => {
      await runs.expectWhole(await runs.run(cluster.inside, 'calm', async () => undefined));
    });

    it('a worker process is killed', async () => {
      const ended = await runStruck('node', async (events) => {
        process.kill(lastWorker(events), 'SIGKILL');
      });
      expect(ended.events.some((event) => event.type === 'worker' && event.state === 'down')).toBe(true);
      await runs.expectWhole(ended);
    });

    it('an actor is killed', async () => {
      const ended = await runStruck('actor', async (events) => {
        process.kill(parentOf(lastWorker(events)), 'SIGKILL');
      });
      await runs.expectWhole(ended);
    });

    it('the bridge is killed', async () => {
      await runs.expectWhole(await runStruck('bridge', killBridge));
    });

    it('another node joins, which is given chunks at once', async () => {
      const join = async () => {
        nodes.push(await cluster.node());
      };
      const ended = await runStruck('joined', join, LONG);
      const workers = ended.events.flatMap((event) => (event.type === 'worker' ? [event.worker] : []));
      expect(new Set(workers).size).toBeGreaterThan(4);
      await runs.expectWhole(ended);
    });

    it('a raylet is killed', async () => {
      const ended = await runStruck('raylet', async () => {
        process.kill(raylet(nodes[0]!), 'SIGKILL');
      });
      await runs.expectWhole(ended);
    });

    it('a node is drained, whose workers end while the run goes on', async () => {
      let left = 0;
      const drain: Strike = async (events) => {
        await cluster.drain(nodes[1]!);
        while (childrenWhere(raylet(nodes[1]!), /SimulationWorker/).length > 0)
          await new Promise((resolve) => setTimeout(resolve, 100));
        left = LONG - (events.findLast((event) => event.type === 'progress')?.present ?? LONG);
      };
      await runs.expectWhole(await runStruck('drained', drain, LONG));
      expect(left).toBeGreaterThan(0);
    });

    it('the head is killed and comes back', async () => {
      const ended = await runStruck('head', async () => {
        for (const node of cluster.nodes) node.kill();
        await cluster.head();
        nodes = await twoNodes();
      });
      await runs.expectWhole(ended);
    });
  });
});
