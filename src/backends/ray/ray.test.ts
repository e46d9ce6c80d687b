import { describe, expect, it } from 'vitest';
import { openBackend } from '../index.ts';
import { readCluster } from './index.ts';

describe('where a Ray cluster is', () => {
  it('is here when nobody says where, with the workers that are wanted', () => {
    expect(readCluster('ray', { workers: 3 })).toMatchObject({ address: undefined, workers: 3 });
  });

  it('is the port for Ray Client, the usual one when absent, and has as many workers as fit', () => {
    expect(readCluster('ray://head')).toMatchObject({ address: 'ray://head:10001', workers: undefined });
    expect(readCluster('ray://10.0.0.7:9001/')).toMatchObject({ address: 'ray://10.0.0.7:9001' });
    expect(readCluster('ray://[::1]:9001')).toMatchObject({ address: 'ray://[::1]:9001' });
  });

  it('is a cluster that this machine is a node of', () => {
    expect(readCluster('ray:auto')).toMatchObject({ address: 'auto' });
    expect(readCluster('ray:head:6379')).toMatchObject({ address: 'head:6379' });
  });

  it('is told what one worker takes of a node', () => {
    const shape = { workerCpus: 0.5, workerMemory: 2 ** 30 };
    expect(readCluster('ray:auto', shape)).toMatchObject(shape);
  });

  it('is refused with what could be given instead', () => {
    expect(() => readCluster('ray:head')).toThrow(/names no Ray cluster/);
    expect(() => readCluster('ray://head:port')).toThrow(/names no Ray cluster/);
    expect(() => readCluster('ray', { workers: 0 })).toThrow(/0 workers/);
    expect(() => readCluster('ray', { workerCpus: 0 })).toThrow(/0 CPUs/);
  });
});

describe('a Ray backend that cannot be had', () => {
  it('says that the Python is not there, and how to name one', async () => {
    await expect(openBackend('ray', { python: '/no/such/python', workers: 1 })).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      remedy: expect.stringContaining('--python'),
    });
  });
});
