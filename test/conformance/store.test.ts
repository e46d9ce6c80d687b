import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/stores/index.ts';
import { storeConformance } from './store.ts';

storeConformance('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-store-'));
  return {
    open: () => openStore(join(folder, 'run')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});
