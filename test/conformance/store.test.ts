import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/stores/index.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { servedFolder } from '../served-folder.ts';
import { storeConformance } from './store.ts';

storeConformance('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-store-'));
  return {
    open: () => openStore(join(folder, 'run')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});

storeConformance('in memory', async () => {
  const store = new MemoryStore();
  return { open: async () => store, remove: async () => {} };
});

storeConformance('http', async () => {
  const { url, close } = await servedFolder();
  return { open: () => openStore(`${url}/runs/rc`), remove: close };
});
