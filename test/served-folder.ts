import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveStore } from '../src/server/serve-store.ts';
import { openFileStore } from '../src/stores/file/index.ts';
import { TOKEN } from '../src/stores/http/token.ts';

export interface ServedFolder {
  readonly url: string;
  readonly folder: string;
  /** The access log so far. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

export const TEST_TOKEN = 'a-token-for-tests-only';

/** A folder behind `spicelab serve`, in this process, whose environment gets the token. */
export async function servedFolder(mostBytes = 2 ** 26): Promise<ServedFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-served-'));
  const log: string[] = [];
  const served = await serveStore({
    store: await openFileStore(folder),
    token: TEST_TOKEN,
    host: '127.0.0.1',
    port: 0,
    mostBytes,
    log: (line) => log.push(line),
  });
  process.env[TOKEN] = TEST_TOKEN;
  return {
    url: served.url,
    folder,
    log,
    close: async () => {
      await served.close(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
