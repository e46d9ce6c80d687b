import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../code-blocks.ts';
import { NO_REMOTE_HOSTS, type RemoteHost, RemoteNetwork } from './remote-hosts.ts';

describe.skipIf(NO_REMOTE_HOSTS)('hosts of the tests', () => {
  let network: RemoteNetwork;
  let one: RemoteHost;
  let other: RemoteHost;
  beforeAll(async () => {
    network = await RemoteNetwork.create();
    [one, other] = await Promise.all([network.host('one'), network.host('other', ['/etc/hostname'])]);
  });
  afterAll(() => network.remove());

  it('share no file with each other or with this machine', () => {
    one.run('touch', ['/tmp/mine']);
    expect(one.run('ls', ['/tmp'])).toContain('mine');
    expect(other.run('ls', ['/tmp'])).toBe('home\n');
    expect(other.run('sh', ['-c', 'find "$0" -type f 2>/dev/null || true', ROOT])).toBe('');
    expect(() => one.run('touch', ['/usr/mine'])).toThrow(/Read-only/);
    expect(other.run('cat', ['/etc/hostname'])).toBe('');
  });

  it('have names, and reach each other and this machine over the network alone', () => {
    expect(one.run('hostname', [])).toBe('one\n');
    const server = other.spawn(process.execPath, ['-e', serve], { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Promise<void>((resolve) => {
      server.stdout!.once('data', () => {
        expect(one.run(process.execPath, ['-e', call(other.address)])).toBe(`hello ${one.address}`);
        resolve();
      });
    });
  });

  it('are gone when they are switched off, with all that ran there', async () => {
    const program = one.spawn('sleep', ['600']);
    const gone = new Promise((resolve) => program.once('exit', resolve));
    await one.powerOff();
    await gone;
    expect(() => one.run('true', [])).toThrow();
  });
});

const serve = `require('net').createServer((s) => s.end('hello ' + s.remoteAddress.replace('::ffff:', '')))
  .listen(4000, () => console.log('ready'))`;
const call = (address: string) => `require('net').connect(4000, '${address}').pipe(process.stdout)`;
