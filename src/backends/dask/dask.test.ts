import { describe, expect, it } from 'vitest';
import { openBackend } from '../index.ts';
import { readLocation } from './index.ts';

describe('where a Dask cluster is', () => {
  it('is here when nobody says where, with the workers that are wanted', () => {
    expect(readLocation('dask', 3)).toEqual({ workers: 3 });
  });

  it('is an address, encrypted or not, or a scheduler file', () => {
    expect(readLocation('dask://host:8786', undefined)).toMatchObject({
      address: 'tcp://host:8786',
      tls: false,
    });
    expect(readLocation('dask+tls://host:8786', 4)).toMatchObject({ address: 'tls://host:8786', tls: true });
    expect(readLocation('dask:/shared/scheduler.json', undefined)).toMatchObject({
      schedulerFile: '/shared/scheduler.json',
    });
  });

  it('is refused with what could be given instead', () => {
    expect(() => readLocation('dask://host', undefined)).toThrow(/names no Dask cluster/);
    expect(() => readLocation('dask', 0)).toThrow(/0 workers/);
  });
});

describe('a Dask backend that cannot be had', () => {
  it('says that the Python is not there, and how to name one', async () => {
    await expect(openBackend('dask', { python: '/no/such/python', workers: 1 })).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      remedy: expect.stringContaining('--python'),
    });
  });
});
