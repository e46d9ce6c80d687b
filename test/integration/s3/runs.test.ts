import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/stores/index.ts';
import { spicelabWith, workFolder } from '../../command/command.ts';
import { FaultProxy } from './fault-proxy.ts';
import { BUCKET, S3_SERVERS, type S3Server, useServer } from './servers.ts';

const SAMPLES = 600;
const MC = [
  'mc',
  'rc-lowpass.cir',
  '--vary',
  'R1=normal(1k,1%)',
  '--measure',
  'bw=when(vdb(out),-3)',
  '--spec',
  'bw>1.5k',
];
const RUN = ['--seed', '1', '--engine', 'wasm', '--workers', '1', '--chunk', '50', '-q'];

for (const { name, start } of S3_SERVERS)
  describe(`a run in s3 on ${name}`, () => {
    let server: S3Server;
    let proxy: FaultProxy;
    const location = `s3://${BUCKET}/runs/rc`;

    beforeAll(async () => {
      server = await start();
      proxy = await FaultProxy.before(server.endpoint);
      useServer(proxy.endpoint);
    });
    afterAll(async () => {
      await proxy.stop();
      await server.stop();
    });

    /** In a folder of its own each time, as on another machine. */
    const elsewhere = async (...words: string[]) => spicelabWith({}, await workFolder(), ...words);

    it('has the table of a run in a folder, with a number of requests that goes with chunks, not samples', async () => {
      const folder = await workFolder();
      const here = await spicelabWith({}, folder, ...MC, ...RUN, '-n', String(SAMPLES), '--out', 'rc');
      expect(here.stderr).toBe('');
      proxy.reset();
      const there = await spicelabWith({}, folder, ...MC, ...RUN, '-n', String(SAMPLES), '--store', location);
      expect(there).toMatchObject({ code: 0, stderr: '' });
      const chunks = proxy.requests.filter(
        ({ method, path }) => method === 'PUT' && path.includes('/parts/'),
      ).length;
      expect(chunks).toBe(SAMPLES / 50);
      // to open, lock, record and answer takes a fixed number; a chunk is written once and read once
      expect(proxy.requests.length).toBeLessThan(60 + 2 * chunks);
      const [mine, theirs] = [
        await spicelabWith({}, folder, 'export', 'rc', '--format', 'csv'),
        await elsewhere('export', location, '--format', 'csv'),
      ];
      expect(theirs.stdout).toBe(mine.stdout);
      expect(theirs.stdout.trim().split('\n')).toHaveLength(SAMPLES + 1);
    });

    it('writes the report into the store and as a file to look at', async () => {
      const folder = await workFolder();
      const { stdout, code } = await spicelabWith({}, folder, 'report', location);
      expect(code).toBe(0);
      expect(stdout).toBe(`rc.html\n${location}/report.html\n`);
      const stored = await (await openStore(location)).read('report.html');
      expect(Buffer.compare(stored!, await readFile(join(folder, 'rc.html')))).toBe(0);
    });

    it('is extended, shown and listed from another machine', async () => {
      expect(await elsewhere('extend', location, '-n', String(SAMPLES + 100), '-q')).toMatchObject({
        code: 0,
      });
      const shown = await elsewhere('show', location);
      expect(shown.stdout).toContain(`${SAMPLES + 100}`);
      const listed = await elsewhere('ls', `s3://${BUCKET}/runs`, '--json');
      expect(JSON.parse(listed.stdout)).toMatchObject({
        run: location,
        present: SAMPLES + 100,
        state: 'complete',
      });
    });

    it('resumes: a torn part and a part of another plan are told of, set aside and simulated again', async () => {
      const before = (await elsewhere('export', location, '--format', 'csv')).stdout;
      const store = await openStore(location);
      const parts: string[] = [];
      for await (const { key } of store.list('parts/')) parts.push(key);
      const [torn, foreign] = [parts[2]!, parts[5]!];
      const good = (await store.read(torn))!;
      await store.delete(torn);
      await store.writeOnce(torn, good.subarray(0, good.length - 100));
      await store.delete(foreign);
      await store.writeOnce(foreign, good);
      const resumed = await elsewhere('resume', location);
      expect(resumed.code).toBe(0);
      for (const key of [torn, foreign])
        expect(resumed.stdout + resumed.stderr).toContain(`${key} was damaged`);
      expect((await elsewhere('export', location, '--format', 'csv')).stdout).toBe(before);
    });

    it('is taken over from a machine that vanished, once its lease has run out, with nothing to delete', async () => {
      const store = await openStore(location);
      const lease = { token: 't', host: 'vanished-pod', pid: 1, since: '2026-01-01T00:00:00.000Z' };
      await store.writeOnce('lock/000007.json', new TextEncoder().encode(JSON.stringify(lease)));
      const { code, stderr } = await elsewhere('extend', location, '-n', String(SAMPLES + 150));
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stderr).toContain('process 1 on vanished-pod holds this run since 2026-01-01 00:00:00 UTC');
      expect(stderr).toContain('gave no sign of life for 60 s');
      for await (const { key } of store.list('lock/')) expect(key).toBe('nothing');
    });

    it('says where there is no run, and how to find one', async () => {
      const { code, stderr } = await elsewhere('show', `s3://${BUCKET}/runs/nothing`);
      expect(code).toBe(2);
      expect(stderr).toContain(`there is no run in s3://${BUCKET}/runs/nothing`);
    });
  });
