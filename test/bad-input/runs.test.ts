import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { spicelab, workFolder } from '../command/command.ts';
import { expectPlain, expectRefusal, type Words } from './refusal.ts';

const STUDY = ['mc', 'formula.cir', '--vary', 'x=uniform(low=0,high=1)', '--measure', 'z=x+y'];
const RUN = [...STUDY, '--engine', 'formula', '--chunk', '5', '--workers', '1', '--quiet', '--no-report'];
const PARTS = [0, 5, 10, 15].map((start) => `${pad(start)}-${pad(start + 5)}.parquet`);

describe('a folder of a run', async () => {
  const folder = await workFolder();
  let table = '';
  const path = (...parts: string[]) => join(folder, ...parts);
  const fresh = async (name: string) => {
    await cp(path('run'), path(name), { recursive: true });
    return name;
  };
  const exported = async (run: string) => (await spicelab(folder, 'export', run)).stdout;

  beforeAll(async () => {
    await writeFile(path('formula.cir'), 'A formula\n.param x=1 y=2\n.end\n');
    expect(await spicelab(folder, ...RUN, '-n', '20', '--out', 'run')).toMatchObject({ code: 0 });
    table = await exported('run');
    expect(table.trim().split('\n')).toHaveLength(21);
  });

  const notRuns: readonly (readonly [string, readonly string[], Words])[] = [
    ['show', ['show', 'nothing'], ['no run in nothing', 'spicelab ls']],
    ['show of a deck', ['show', 'rc-lowpass.cir'], ['is a file, not the folder of a run']],
    ['show of another folder', ['show', '.'], ['no run in .']],
    ['show of an empty name', ['show', ''], ['empty name']],
    ['resume', ['resume', 'nothing'], ['no run in nothing']],
    ['extend', ['extend', 'nothing', '-n', '5'], ['no run in nothing']],
    ['report', ['report', 'nothing'], ['no run in nothing']],
    ['export', ['export', 'nothing'], ['no run in nothing']],
    ['ls of nothing', ['ls', 'nothing'], ['no folder nothing']],
    ['ls of a file', ['ls', 'rc-lowpass.cir'], ['no folder rc-lowpass.cir']],
    ['export format', ['export', 'run', '--format', 'xls'], ['xls', 'csv', 'parquet']],
    ['sample out of range', ['show', 'run', '--sample', '20'], ['sample 20', '0 to 19']],
    ['deck without sample', ['show', 'run', '--deck'], ['--sample']],
    ['sample that is no number', ['show', 'run', '--sample', 'abc'], ['"abc" is not a number']],
    ['fewer samples', ['extend', 'run', '-n', '3'], ['has 20 samples already', '-n 40']],
    ['out below a file', [...RUN, '--out', 'rc-lowpass.cir/x'], ['file stands where a folder is needed']],
    ['out at a file', [...RUN, '--out', 'rc-lowpass.cir'], ['file stands where a folder is needed']],
    ['out without a name', [...RUN, '--out', ''], ['empty name', '--out rc']],
  ];
  it.each(notRuns)('refuses %s', async (_name, args, words) => {
    await expectRefusal(folder, args, words);
  });

  it('refuses another study and keeps its own samples', async () => {
    const other = [...RUN, '--spec', 'z<2', '--out', 'run'];
    await expectRefusal(folder, other, ['run holds a run of another study', '--out']);
    expect(await exported('run')).toBe(table);
  });

  it('simulates nothing when it is complete and resumed, extended by nothing or run again', async () => {
    const run = await fresh('complete');
    for (const args of [
      ['resume', run],
      ['extend', run, '-n', '20'],
      [...RUN, '-n', '20', '--out', run],
    ]) {
      const ended = await spicelab(folder, ...args, '--json');
      expect(ended.code).toBe(0);
      expect(ended.stdout).toMatch(/"type":"started".*"present":20/);
    }
    expect((await readdir(path(run, 'parts'))).sort()).toEqual(PARTS);
    expect(await exported(run)).toBe(table);
  });

  const damages: readonly (readonly [string, (part: string) => void])[] = [
    ['changed', (part) => writeFileSync(part, readFileSync(part).fill(88, 40, 44))],
    ['cut', (part) => writeFileSync(part, readFileSync(part).subarray(0, 10))],
    ['emptied', (part) => writeFileSync(part, '')],
    ['replaced by another', (part) => writeFileSync(part, readFileSync(part.replace(PARTS[1]!, PARTS[0]!)))],
    ['deleted', (part) => rmSync(part)],
  ];
  it.each(damages)('with a part that was %s: resume simulates its samples again', async (how, damage) => {
    const run = await fresh(`part-${how}`);
    damage(path(run, 'parts', PARTS[1]!));
    if (how !== 'deleted') {
      const shown = await spicelab(folder, 'show', run);
      expect(shown.stderr).toMatch(/000000000005-000000000010\.parquet.*corrupt[\s\S]*spicelab resume/);
      expect(shown.code).toBe(1);
    }
    const resumed = await spicelab(folder, 'resume', run);
    expectPlain(resumed);
    expect(resumed.code).toBe(0);
    if (how !== 'deleted') {
      expect(resumed.stderr).toContain(`kept as bad/${PARTS[1]}`);
      expect(await readdir(path(run, 'bad'))).toEqual([PARTS[1]]);
    }
    expect(await exported(run)).toBe(table);
  });

  const lost: readonly (readonly [string, (plan: string) => string, Words])[] = [
    ['cut', (plan) => plan.slice(0, 100), ['plan.json', 'damaged', 'Delete that file']],
    ['of no plan', () => '{}', ['plan.json', 'Delete that file']],
    ['edited', (plan) => plan.replaceAll('"z"', '"w"'), ['plan.json', 'was changed', 'delete it']],
  ];
  it.each(lost)('with a plan.json that is %s: nothing is lost', async (how, damage, words) => {
    const run = await fresh(`plan-${how}`);
    const plan = path(run, 'plan.json');
    writeFileSync(plan, damage(readFileSync(plan, 'utf8')));
    for (const args of [
      ['show', run],
      ['resume', run],
      ['extend', run, '-n', '30'],
      [...RUN, '-n', '20', '--out', run],
    ])
      await expectRefusal(folder, args, words);
    rmSync(plan);
    const again = await spicelab(folder, ...RUN, '-n', '20', '--out', run, '--json');
    expect(again.stdout).toMatch(/"type":"started".*"present":20/);
    expect(await exported(run)).toBe(table);
  });

  it('with a damaged record: nothing is lost', async () => {
    const run = await fresh('record');
    const record = path(run, 'records', '000001.json');
    writeFileSync(record, 'garbage');
    await expectRefusal(folder, ['resume', run], ['records/000001.json', 'delete that file']);
    rmSync(record);
    expect(await spicelab(folder, ...RUN, '-n', '20', '--out', run)).toMatchObject({ code: 0 });
    expect(await exported(run)).toBe(table);
  });

  it('is listed although another is damaged', async () => {
    await mkdir(path('damaged'));
    await writeFile(path('damaged', 'plan.json'), '{');
    const { code, stdout } = await spicelab(folder, 'ls');
    expect(code).toBe(0);
    expect(stdout).toMatch(/damaged .*unreadable/);
    expect(stdout).toMatch(/run .*complete/);
  });
});

function pad(sample: number): string {
  return String(sample).padStart(12, '0');
}
