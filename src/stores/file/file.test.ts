import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../../test/bundle.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { openStore } from '../index.ts';
import { renameOnce } from './claim.ts';
import { storeError } from './errors.ts';
import { openFileStore } from './index.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spicelab-file-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const errno = (code: string) => Object.assign(new Error(code), { code });

describe('file store', () => {
  it('creates its folder with the first object, not before', async () => {
    const root = join(folder, 'new', 'run');
    const store = await openStore(root);
    await expect(readdir(root)).rejects.toThrow(/ENOENT/);
    await store.writeOnce('a/b/c.json', new Uint8Array(3));
    expect(await readdir(join(root, 'a', 'b'))).toEqual(['c.json']);
  });

  it('says so when a file stands in its place', async () => {
    const path = join(folder, 'occupied');
    await writeFile(path, '');
    await expect(openFileStore(path)).rejects.toMatchObject({ code: 'FILE_FAILED', place: { file: path } });
    const store = await openFileStore(folder);
    await expect(store.writeOnce('occupied/x', new Uint8Array(1))).rejects.toMatchObject({
      code: 'FILE_FAILED',
    });
  });

  it.each([
    ['ENOSPC', 'STORE_FULL', /Free some space/],
    ['EDQUOT', 'STORE_FULL', /Free some space/],
    ['EFBIG', 'STORE_FULL', /ulimit/],
    ['EACCES', 'STORE_FAILED', /may write/],
    ['EROFS', 'STORE_FAILED', /can be written/],
    ['EMFILE', 'STORE_FAILED', /ulimit/],
    ['EIO', 'STORE_FAILED', /resume the run/],
  ])('%s becomes %s with a remedy', (code, expected, remedy) => {
    const error = storeError('write parts/0', '/data/parts/0', errno(code));
    expect(error).toBeInstanceOf(SpiceLabError);
    expect(error.code).toBe(expected);
    expect(error.remedy).toMatch(remedy);
    expect(error.place?.file).toBe('/data/parts/0');
  });

  it('opens file URLs and paths, and nothing else', async () => {
    expect((await openStore(`file://${folder}`)).location).toBe(folder);
    await expect(openStore('ftp://host/runs')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('lists 10,000 keys in order', async () => {
    const root = join(folder, 'many');
    const names = Array.from({ length: 10_000 }, (_, i) => `part-${String(i).padStart(6, '0')}.parquet`);
    await mkdir(join(root, 'parts'), { recursive: true });
    await Promise.all([...names].reverse().map((name) => writeFile(join(root, 'parts', name), '')));
    const store = await openFileStore(root);
    const found: string[] = [];
    for await (const { key } of store.list('parts/')) found.push(key);
    expect(found).toEqual(names.map((name) => `parts/${name}`));
  });

  it('shows nothing torn of a writer that was killed at any instant', async () => {
    const script = join(folder, 'store.mjs');
    await bundle(new URL('../index.ts', import.meta.url).pathname, script);
    const writer = join(folder, 'writer.mjs');
    await writeFile(
      writer,
      `import { openStore } from ${JSON.stringify(script)};
       const store = await openStore(process.argv[2]);
       for (let i = 0; ; i++) {
         await store.writeOnce('parts/' + process.argv[3] + '-' + i, new Uint8Array(200_000).fill(1));
         process.stdout.write('.');
       }`,
    );
    const root = join(folder, 'killed');
    for (const parts of [1, 4, 11]) {
      const child = spawn(process.execPath, [writer, root, String(parts)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let written = 0;
      for await (const dots of child.stdout) {
        written += dots.length;
        if (written >= parts) child.kill('SIGKILL');
      }
      if (!child.killed) await once(child, 'exit');
    }
    const store = await openFileStore(root);
    let seen = 0;
    for await (const { key, size } of store.list('')) {
      seen++;
      expect(size).toBe(200_000);
      expect((await store.read(key))?.every((byte) => byte === 1)).toBe(true);
    }
    expect(seen).toBeGreaterThanOrEqual(1 + 4 + 11);
  });
});

describe('renaming once, where there are no hard links', () => {
  it('lets one of many win', async () => {
    const to = join(folder, 'claimed');
    const drafts = Array.from({ length: 5 }, (_, i) => `${to}~${i}`);
    for (const draft of drafts) await writeFile(draft, draft);
    const won = await Promise.all(drafts.map((draft) => renameOnce(draft, to)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await readdir(folder)).filter((name) => name.includes('~claim'))).toEqual([]);
  });

  it('takes over the claim of a writer that died', async () => {
    const to = join(folder, 'left');
    await writeFile(`${to}~claim`, '');
    await utimes(`${to}~claim`, 0, 0);
    await writeFile(`${to}~1`, 'content');
    expect(await renameOnce(`${to}~1`, to)).toBe(true);
  });
});
