import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/run/index.ts';
import { CLI, ROOT } from '../../code-blocks.ts';
import { libngspiceFiles, NO_REMOTE_HOSTS, type RemoteHost, RemoteNetwork } from '../remote-hosts.ts';
import { DASK_PYTHON, NODE_WHEEL } from './cluster.ts';

const STUDY = join(ROOT, 'examples/rc-lowpass.study.yaml');
const PORT = 8786;
const run = promisify(execFile);

describe.skipIf(!DASK_PYTHON || !NODE_WHEEL || NO_REMOTE_HOSTS)(
  'on Dask hosts that share nothing but a network',
  () => {
    let network: RemoteNetwork;
    let head: RemoteHost;
    let scratch = '';

    const dask = (host: RemoteHost, words: readonly string[], ready: RegExp, environment = {}) =>
      new Promise<void>((resolve, reject) => {
        const child = host.spawn(DASK_PYTHON!, ['-m', 'dask', ...words, '--no-dashboard'], {
          stdio: ['ignore', 'ignore', 'pipe'],
          env: { ...process.env, PYTHONPATH: '', ...environment },
        });
        createInterface({ input: child.stderr! }).on('line', (line) => ready.test(line) && resolve());
        child.once('exit', () => reject(new Error(`dask ${words.join(' ')} ended`)));
      });
    const spicelab = async (...words: string[]): Promise<RunEvent[]> => {
      const more = ['-n', '200', '--chunk', '10', '--no-report', '--json'];
      const { stdout } = await run(process.execPath, [CLI, 'run', STUDY, ...words, ...more], {
        cwd: scratch,
      });
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    const tableOf = async (folder: string): Promise<string> => {
      await run(process.execPath, [CLI, 'export', folder, '-o', `${folder}.csv`], { cwd: scratch });
      return readFile(join(scratch, `${folder}.csv`), 'utf8');
    };

    beforeAll(async () => {
      scratch = await mkdtemp(join(tmpdir(), 'spicelab-dask-remote-'));
      network = await RemoteNetwork.create();
      head = await network.host('head');
      await dask(head, ['scheduler', '--host', head.address, '--port', String(PORT)], /Scheduler at:/);
      const whole = await network.host('whole');
      const bare = await network.host('bare', [process.execPath, ...libngspiceFiles()]);
      const address = [`tcp://${head.address}:${PORT}`, '--nthreads', '1', '--memory-limit', '0'];
      const worker = (host: RemoteHost, environment = {}) =>
        dask(
          host,
          ['worker', ...address, '--host', host.address],
          /Starting established connection/,
          environment,
        );
      await Promise.all([worker(whole), worker(bare, { PYTHONPATH: NODE_WHEEL })]);
    });
    afterAll(async () => {
      await network?.remove();
      await rm(scratch, { recursive: true, force: true });
    });

    it('all simulate with what travels when one has no simulator, and Node from a Python package; same bits', async () => {
      await spicelab('--engine', 'wasm', '--out', 'here');
      const on = ['--on', `dask://${head.address}:${PORT}`, '--python', DASK_PYTHON!];
      const events = await spicelab(...on, '--out', 'there');
      const up = events.flatMap((event) => (event.type === 'worker' && event.state === 'up' ? [event] : []));
      expect(new Set(up.map(({ host }) => host))).toEqual(new Set(['whole', 'bare']));
      expect(new Set(up.flatMap(({ engine }) => (engine ? [engine.name] : [])))).toEqual(new Set(['wasm']));
      expect(await tableOf('there')).toBe(await tableOf('here'));
    });
  },
);
