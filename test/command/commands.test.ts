import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS, spicelab, spicelabWith, workFolder } from './command.ts';

const FORMULA = 'A formula\n.param x=1 y=2\n.end\n';
const closeTo = (value: number): unknown => expect.closeTo(value, 9);

describe('the command', async () => {
  const folder = await workFolder();
  const run = (...args: string[]) => spicelab(folder, ...args);
  const monteCarlo = [
    'mc',
    'formula.cir',
    '--engine',
    'formula',
    '--vary',
    'x=uniform(low=0,high=1)',
    '--measure',
    'z=x+y',
    '--spec',
    'z<2.5',
    '--quiet',
  ];

  beforeAll(async () => {
    await writeFile(join(folder, 'formula.cir'), FORMULA);
    expect(await run(...monteCarlo, '-n', '200', '--seed', '1', '--out', 'first')).toMatchObject({ code: 0 });
  });

  it.each(COMMANDS)('%s --help says what it does, with examples', async (command) => {
    const { code, stdout } = await run(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: spicelab ${command}`);
    expect(stdout).toContain(`\nExamples:\n  `);
    expect(stdout.split('Examples:')[1]).toContain(`spicelab ${command}`);
  });

  it('a Monte Carlo leaves a run with a report and says so', async () => {
    const { code, stdout } = await run(...monteCarlo, '-n', '50', '--out', 'told');
    expect(code).toBe(0);
    for (const part of ['A formula', '50 samples', 'z<2.5', 'Report: told/report.html'])
      expect(stdout).toContain(part);
    expect(await readFile(join(folder, 'told/report.html'), 'utf8')).toContain('<!doctype html>');
  });

  it('--no-report writes none', async () => {
    await run(...monteCarlo, '-n', '5', '--out', 'bare', '--no-report');
    expect(existsSync(join(folder, 'bare/report.html'))).toBe(false);
  });

  it('--json prints one event per line, the answer last, and nothing else on standard output', async () => {
    const { code, stdout } = await run(...monteCarlo.slice(0, -1), '-n', '20', '--out', 'events', '--json');
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(events[0]!.type).toBe('started');
    expect(events.at(-1)).toMatchObject({ type: 'answer', run: 'events', answers: { all: { rows: 20 } } });
  });

  it('the same study without --out finds its own run again and simulates nothing twice', async () => {
    const first = await run(...monteCarlo, '-n', '30');
    const again = await run(...monteCarlo.slice(0, -1), '-n', '30', '--json');
    expect(first.stdout).toMatch(/runs\/a-formula-[0-9a-f]{8}/);
    const finished = again.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; simulated?: number });
    expect(finished.find(({ type }) => type === 'finished')?.simulated).toBe(0);
  });

  it('--explain simulates nothing and says which rung each variable takes', async () => {
    const { code, stdout } = await run(
      'mc',
      'rc-lowpass.cir',
      '--vary',
      'R1=normal(1%)',
      '--measure',
      'bw=when(vdb(out),-3)',
      '--explain',
      '--out',
      'never',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/R1\s+instance\s+1 kOhm\s+direct/);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  it('explain tells what varies before it is known what is measured', async () => {
    const { code, stdout } = await run('explain', 'ota.cir', '--vary', 'M*.delvto=normal(0,2m)');
    expect(code).toBe(0);
    expect(stdout).toMatch(/M1\[delvto\]\s+instance\s+0 V\s+direct\s+normal\s+2 mV/);
    expect(stdout).toMatch(/note .*--measure/);
  });

  it('explain --json tells the same to machines, of a study file too', async () => {
    await writeFile(
      join(folder, 'asked.yaml'),
      'deck: rc-lowpass.cir\nvary: { R1: normal(1%) }\nstatistics: none\nmeasure: { bw: "when(vdb(out), -3)" }\n',
    );
    const { stdout } = await run('explain', 'asked.yaml', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'explanation',
      variables: [{ name: 'R1', kind: 'instance', nominal: 1000, sigma: 10, rung: 'direct' }],
      measurements: [{ name: 'bw' }],
    });
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  it('a choice of draws that a study file must make is not taken from the command line', async () => {
    await writeFile(join(folder, 'told.yaml'), 'deck: rc-lowpass.cir\n');
    const { code, stderr } = await run('explain', 'told.yaml', '--tie', 'sw_*');
    expect(code).toBe(2);
    expect(stderr).toContain('--tie does not go with a study file');
  });

  it('corners are sections of the libraries by name, found where PDK_ROOT and PDK say', async () => {
    const models = join(folder, 'pdks/toy/libs.tech/ngspice');
    await mkdir(models, { recursive: true });
    const section = (name: string, rho: number) => `.lib ${name}\n.param rho=${rho}\n.endl\n`;
    await writeFile(join(models, 'toy.lib'), section('typical', 1) + section('ff', 0.5) + section('ss', 2));
    await writeFile(
      join(folder, 'toy.cir'),
      'Divider\n.lib $PDK_ROOT/toy/libs.tech/ngspice/toy.lib typical\nV1 in 0 1\nR1 in out {1k*rho}\nR2 out 0 1k\n.op\n.end\n',
    );
    const pdk = { PDK_ROOT: join(folder, 'pdks'), PDK: 'toy' };
    const sweep = ['sweep', 'toy.cir', '--measure', 'vout=v(out)', '--quiet', '--engine', 'wasm'];
    const ended = await spicelabWith(pdk, folder, ...sweep, '--corner', 'typical,ff,ss', '--out', 'toy');
    expect(ended).toMatchObject({ code: 0 });
    const [, ...rows] = (await run('export', 'toy')).stdout.trim().split('\n');
    expect(rows.map((row) => Number(row.split(',')[2]))).toEqual([1 / 2, 1 / 1.5, 1 / 3].map(closeTo));
    expect(await readFile(join(folder, 'toy/plan.json'), 'utf8')).not.toContain(folder);
    const unknown = await spicelabWith(pdk, folder, ...sweep, '--corner', 'fff');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('Did you mean ff? The sections of toy.lib: typical, ff, ss.');
    const unset = await spicelabWith({ PDK_ROOT: '' }, folder, 'explain', 'toy.cir');
    expect(unset.stderr).toMatch(/toy\.cir:2: .*PDK_ROOT is not set/);
  });

  it('show prints a sample, and its deck as any ngspice reads it', async () => {
    const values = await run('show', 'first', '--sample', '17');
    expect(values.stdout).toMatch(/x\s+\d/);
    expect(values.stdout).toContain('status ok');
    const deck = await run('show', 'first', '--sample', '17', '--deck');
    expect(deck.stdout.split('\n')[0]).toBe('A formula');
    expect(deck.stdout.trim().endsWith('.end')).toBe(true);
  });

  it('extend keeps the samples that are there and adds the new ones', async () => {
    await run(...monteCarlo, '-n', '40', '--seed', '2', '--out', 'grown');
    const before = (await run('export', 'grown')).stdout.trim().split('\n');
    expect(await run('extend', 'grown', '-n', '100', '--quiet')).toMatchObject({ code: 0 });
    const after = (await run('export', 'grown')).stdout.trim().split('\n');
    expect(after).toHaveLength(101);
    expect(after.slice(0, 41)).toEqual(before);
  });

  it('ls lists runs with how far they are', async () => {
    const { stdout } = await run('ls');
    expect(stdout).toMatch(/first\s+A formula\s+200\s+200\s+formula 1\s+complete/);
    const rows = (await run('ls', '--json')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { run: string });
    expect(rows.map(({ run }) => run)).toContain('first');
  });

  it('show tells a measurement without a value by a dash, not by NaN', async () => {
    const never = ['formula.cir', '--sweep', 'x=1,2', '--measure', 'r=y/(x-1)', '--engine', 'formula'];
    await run('sweep', ...never, '--out', 'never', '--quiet');
    const { stdout } = await run('show', 'never', '--sample', '0');
    expect(stdout).toMatch(/^r +-$/m);
    expect(stdout).not.toContain('NaN');
  });

  it('export does not write CSV into a file that says it is a workbook', async () => {
    const refused = await run('export', 'first', '-o', 'first.xlsx');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('.csv') });
    expect(existsSync(join(folder, 'first.xlsx'))).toBe(false);
  });

  it('export writes by the ending of the file', async () => {
    expect(await run('export', 'first', '-o', 'first.json')).toMatchObject({ code: 0 });
    const rows = JSON.parse(await readFile(join(folder, 'first.json'), 'utf8')) as {
      sample: number;
      z: number;
    }[];
    expect(rows).toHaveLength(200);
    expect(Object.keys(rows[3]!)).toEqual(['sample', 'x', 'z', 'status', 'message']);
  });

  it('report writes to the file that is named', async () => {
    expect((await run('report', 'first', '-o', 'mine.html')).stdout).toBe('mine.html\n');
    expect(existsSync(join(folder, 'mine.html'))).toBe(true);
  });

  it('init writes a study that runs, and overwrites nothing', async () => {
    expect(await run('init', 'rc-lowpass.cir', '-o', 'mine.yaml')).toMatchObject({ code: 0 });
    expect(await run('run', 'mine.yaml', '--explain')).not.toMatchObject({ code: 1 });
    const again = await run('init', 'rc-lowpass.cir', '-o', 'mine.yaml');
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('mine.yaml is there already');
  });

  it('run takes another number of samples and another seed than its file says', async () => {
    await writeFile(
      join(folder, 'small.yaml'),
      'deck: formula.cir\nvary: { x: "uniform(low=0, high=1)" }\nmeasure: { z: x+y }\nsamples: 100\nrun: { engine: formula }\n',
    );
    await run('run', 'small.yaml', '-n', '7', '--seed', '3', '--out', 'small', '--quiet');
    await run(...monteCarlo, '-n', '7', '--seed', '3', '--out', 'same');
    const [, ...small] = (await run('export', 'small')).stdout.trim().split('\n');
    const [, ...same] = (await run('export', 'same')).stdout.trim().split('\n');
    expect(small).toHaveLength(7);
    expect(small).toEqual(same);
  });
});
