import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, ROOT } from '../../code-blocks.ts';
import { libngspiceFiles, NO_REMOTE_HOSTS, type RemoteHost, RemoteNetwork } from '../remote-hosts.ts';
import { listening, RAY_PYTHON, rayStart } from './cluster.ts';

const STUDY = join(ROOT, 'examples/rc-lowpass.study.yaml');
const FEW = ['-n', '200', '--chunk', '10'];
const run = promisify(execFile);

describe.skipIf(!RAY_PYTHON || NO_REMOTE_HOSTS)('on hosts that share nothing but a network', () => {
  let network: RemoteNetwork;
  let head: RemoteHost;
  let scratch = '';

  const ray = (host: RemoteHost, words: readonly string[]) =>
    rayStart((program, start) =>
      host.spawn(program, [...start, '--node-ip-address', host.address, ...words], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, PYTHONPATH: '' },
      }),
    );
  const spicelab = (...words: string[]) => run(process.execPath, [CLI, ...words], { cwd: scratch });
  const tableOf = async (folder: string): Promise<string> => {
    await spicelab('export', folder, '-o', `${folder}.csv`);
    return readFile(join(scratch, `${folder}.csv`), 'utf8');
  };

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'spicelab-ray-remote-'));
    network = await RemoteNetwork.create();
    head = await network.host('head');
    await ray(head, ['--head', '--port', '6379', '--num-cpus', '0', '--include-dashboard=false']);
    await listening(10001, head.address);
    const one = await network.host('one');
    const bare = await network.host('bare', libngspiceFiles());
    for (const host of [one, bare]) await ray(host, ['--address', `${head.address}:6379`, '--num-cpus', '1']);
  });
  afterAll(async () => {
    await network?.remove();
    await rm(scratch, { recursive: true, force: true });
  });

  it('worker and simulator travel, also to a host without ngspice, and the answer has the same bits', async () => {
    await spicelab('run', STUDY, ...FEW, '--engine', 'wasm', '--out', 'here', '--no-report');
    const python = ['--python', RAY_PYTHON!];
    const on = ['--on', `ray://${head.address}:10001`, ...python];
    const { stdout } = await spicelab('run', STUDY, ...FEW, ...on, '--out', 'there', '--no-report', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const hosts = events.filter(({ type, state }) => type === 'worker' && state === 'up');
    expect(new Set(hosts.map(({ host }) => host))).toEqual(new Set(['one', 'bare']));
    expect(await tableOf('there')).toBe(await tableOf('here'));
  });
});
