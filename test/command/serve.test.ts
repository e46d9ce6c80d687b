import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, spicelab, spicelabWith, workFolder } from './command.ts';

const TOKEN = 'a-token-for-tests-only';
const MC = [
  'mc',
  'rc-lowpass.cir',
  '--vary',
  'R1=normal(1k,1%)',
  '--measure',
  'bw=when(vdb(out),-3)',
  '-n',
  '100',
  '-q',
];
const RUN = ['--seed', '1', '--engine', 'wasm', '--workers', '1', '--chunk', '20'];

describe('spicelab serve', () => {
  let folder: string;
  let server: ChildProcess;
  let url = '';
  const log: string[] = [];

  beforeAll(async () => {
    folder = await workFolder();
    await mkdir(join(folder, 'served'));
    await writeFile(join(folder, 'token'), `${TOKEN}\n`, { mode: 0o600 });
    server = spawn(process.execPath, [CLI, 'serve', 'served', '--port', '0', '--token-file', 'token'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface(server.stderr!).on('line', (line) => log.push(line));
    const [line] = (await once(createInterface(server.stdout!), 'line')) as [string];
    url = /(http:\S+)/.exec(line)![1]!;
  });
  afterAll(() => {
    server.kill('SIGKILL');
  });

  const client = async (...words: string[]) =>
    spicelabWith({ SPICELAB_STORE_TOKEN: TOKEN }, await workFolder(), ...words);

  it('lets a study run into it from one machine, and others go on with it', async () => {
    const run = `${url}/studies/rc`;
    expect(await client(...MC, ...RUN, '--out', run)).toMatchObject({ code: 0, stderr: '' });
    expect((await client('ls', `${url}/studies/`, '--json')).stdout).toContain(`"run":"${run}"`);
    expect((await client('extend', run, '-n', '140', '-q')).code).toBe(0);
    const there = await client('export', run);
    await spicelab(folder, ...MC, ...RUN, '-n', '140', '--out', 'here');
    expect(there.stdout).toBe((await spicelab(folder, 'export', 'here')).stdout);
    expect((await spicelab(folder, 'export', 'served/studies/rc')).stdout).toBe(there.stdout);
  });

  it('asks the server per chunk, not per sample', () => {
    const writes = log.filter((line) => line.includes(' PUT ') && line.includes('/parts/'));
    expect(writes).toHaveLength(7);
    expect(log.length).toBeLessThan(200);
    expect(log.join('\n')).not.toContain(TOKEN);
  });

  it('keeps a report for others, and writes one to look at', async () => {
    const machine = await workFolder();
    const { stdout } = await spicelabWith(
      { SPICELAB_STORE_TOKEN: TOKEN },
      machine,
      'report',
      `${url}/studies/rc`,
    );
    expect(stdout).toBe(`rc.html\n${url}/studies/rc/report.html\n`);
    const mine = await readFile(join(machine, 'rc.html'), 'utf8');
    expect(await readFile(join(folder, 'served/studies/rc/report.html'), 'utf8')).toBe(mine);
  });

  it('takes a search, which another machine goes on with, and keeps its best deck and its report', async () => {
    const machine = await workFolder();
    const there = (...words: string[]) =>
      spicelabWith({ SPICELAB_STORE_TOKEN: TOKEN }, machine, ...words, '--quiet');
    const aim = [
      '--design',
      'R1=log(100,10k)',
      '--measure',
      'bw=when(vdb(out),-3)',
      '--minimize',
      'abs(bw-2k)',
    ];
    const how = ['--sampler', 'sobol', '--engine', 'wasm', '--workers', '1', '--confirm', '0'];
    const search = `${url}/searches/rc`;
    const first = await there('tune', 'rc-lowpass.cir', ...aim, ...how, '--budget', '6', '--out', search);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain(
      `Deck:   rc.cir, and ${search}/best.cir\nReport: rc.html, and ${search}/report.html\n`,
    );
    const more = await client('resume', search, '--budget', '9', '-q', '--workers', '1');
    expect(more).toMatchObject({ code: 0, stderr: '' });
    const designs = (await client('export', search)).stdout.trimEnd().split('\n');
    expect(designs).toHaveLength(1 + 9);
    const best = await readFile(join(folder, 'served/searches/rc/best.cir'), 'utf8');
    expect((await client('show', search, '--deck')).stdout).toBe(best);
  });

  it.each([
    ['without a token', {}, /SPICELAB_STORE_TOKEN/],
    ['with another one', { SPICELAB_STORE_TOKEN: 'not-the-right-token' }, /another token/],
    ['with a file that is not there', { SPICELAB_STORE_TOKEN_FILE: 'nowhere' }, /nowhere cannot be read/],
  ])('says what to do %s', async (_, variables, message) => {
    const { code, stderr } = await spicelabWith(variables, folder, 'show', `${url}/studies/rc`);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('not-the-right-token');
  });

  it.each([
    [['serve', 'served'], /--token-file/],
    [['serve', 'served', '--token-file', 'rc-lowpass.cir'], /no usable token/],
    [['serve', 'served', '--port', '70000', '--token-file', 'token'], /at most 65535/],
    [
      ['mc', 'rc-lowpass.cir', '--out', 'a', '--store', 's3://b/c', '--vary', 'R1=normal(1%)'],
      /--store and --out/,
    ],
    [['ls', 's3://'], /names no bucket/],
  ])('refuses %j', async (words, message) => {
    const { code, stderr } = await spicelab(folder, ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('ends in order when it is told to', async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
