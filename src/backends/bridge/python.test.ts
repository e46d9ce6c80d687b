import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bridgeFolder, choosePython } from './python.ts';

describe('the Python that talks to clusters', () => {
  let environment = '';
  beforeAll(async () => {
    environment = await mkdtemp(join(tmpdir(), 'spicelab-venv-'));
    await mkdir(join(environment, 'bin'));
    await writeFile(join(environment, 'bin/python'), '');
  });
  afterAll(() => rm(environment, { recursive: true }));

  it('is the one that was named, then SPICELAB_PYTHON, then that of an active environment, then python3', () => {
    const all = { SPICELAB_PYTHON: '/of/variable', VIRTUAL_ENV: environment };
    expect(choosePython('/named', all)).toBe('/named');
    expect(choosePython(undefined, all)).toBe('/of/variable');
    expect(choosePython(undefined, { CONDA_PREFIX: '/nowhere' })).toBe('python3');
    if (process.platform !== 'win32')
      expect(choosePython(undefined, { VIRTUAL_ENV: environment })).toBe(join(environment, 'bin/python'));
  });

  it('finds the bridge that belongs to this installation', () => {
    expect(bridgeFolder()).toMatch(/python$/);
  });
});
