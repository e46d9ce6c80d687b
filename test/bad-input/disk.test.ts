import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLI, type Ended, spicelab, workFolder } from '../command/command.ts';
import { expectPlain, expectRefusal } from './refusal.ts';

const STUDY = ['mc', 'formula.cir', '--vary', 'x=uniform(low=0,high=1)', '--measure', 'z=x+y', '-n', '2000'];
const RUN = [...STUDY, '--engine', 'formula', '--chunk', '500', '--workers', '1', '--no-report'];
/** The user without rights of every Unix. */
const NOBODY = 65534;
const skipped = (reason: string) => console.warn(`skipped: ${reason}`);

describe.skipIf(process.platform === 'win32')('a disk that takes no more', async () => {
  const folder = await workFolder();
  /** A shell with the command as its arguments, so that nothing has to be quoted. */
  const inShell = (script: string, args: readonly string[]) =>
    new Promise<Ended>((done) => {
      const words = ['-c', script, 'sh', process.execPath, CLI, ...args];
      execFile('bash', words, { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
      );
    });
  let table = '';

  beforeAll(async () => {
    await writeFile(join(folder, 'formula.cir'), 'A formula\n.param x=1 y=2\n.end\n');
    expect(await spicelab(folder, ...RUN, '--out', 'run', '--quiet')).toMatchObject({ code: 0 });
    table = (await spicelab(folder, 'export', 'run')).stdout;
  });

  it('ends the run with what to do; when there is room, resume gives the same table', async () => {
    // parts of 500 samples are larger than 4 KiB; records and the plan are not
    const full = await inShell('ulimit -f 4; exec "$@"', [...RUN, '--out', 'limited']);
    expectPlain(full);
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/cannot write parts\/.*ulimit -f unlimited.*spicelab resume limited/s);
    expect(await spicelab(folder, 'resume', 'limited', '--quiet')).toMatchObject({ code: 0 });
    expect((await spicelab(folder, 'export', 'limited')).stdout).toBe(table);
  });

  it('that is full in fact ends the run likewise', async () => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    const { code } = await shell(`mount -t tmpfs -o size=48k spicelab-test '${disk}'`);
    if (code !== 0) return skipped('a small file system cannot be mounted here');
    try {
      const full = await spicelab(folder, ...RUN, '--chunk', '100', '--out', 'disk/run');
      expectPlain(full);
      expect(full.code).toBe(1);
      expect(full.stderr).toMatch(/disk is full.*Free some space.*spicelab resume disk\/run/s);
      await shell(`mount -o remount,size=4m '${disk}'`);
      expect(await spicelab(folder, 'resume', 'disk/run', '--quiet')).toMatchObject({ code: 0 });
      expect((await spicelab(folder, 'export', 'disk/run')).stdout).toBe(table);
    } finally {
      await shell(`umount '${disk}'`);
    }
  });

  it.skipIf(!existsSync('/dev/full'))(
    'is told of by export, report and show; a device stays one',
    async () => {
      for (const args of [
        ['export', 'run', '-o', '/dev/full', '--format', 'csv'],
        ['export', 'run', '-o', '/dev/full', '--format', 'json'],
        ['export', 'run', '-o', '/dev/full', '--format', 'parquet'],
        ['export', 'run', '-o', '/dev/full', '--format', 'arrow'],
        ['report', 'run', '-o', '/dev/full'],
      ]) {
        const ended = await spicelab(folder, ...args);
        expectPlain(ended);
        expect(ended).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('/dev/full cannot be written: the disk is full'),
        });
        expect((await stat('/dev/full')).isCharacterDevice()).toBe(true);
      }
      for (const args of [
        ['export', 'run'],
        ['show', 'run'],
      ]) {
        const ended = await inShell('exec "$@" >/dev/full', args);
        expectPlain(ended);
        expect(ended).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('standard output cannot be written'),
        });
      }
    },
  );

  it('leaves no half-written export', async () => {
    const before = await readdir(folder);
    const ended = await inShell('ulimit -f 1; exec "$@"', ['export', 'run', '-o', 'table.csv']);
    expectPlain(ended);
    expect(ended.code).toBe(1);
    expect(await readdir(folder)).toEqual(before);
  });

  it('refuses exports into a folder that is not there, or over one', async () => {
    await expectRefusal(folder, ['export', 'run', '-o', 'no/table.csv'], ['no/table.csv', 'no such folder']);
    await expectRefusal(folder, ['export', 'run', '-o', 'run'], ['it is a folder', '-o']);
    await expectRefusal(
      folder,
      ['report', 'run', '-o', 'no/report.html'],
      ['no/report.html', 'no such folder'],
    );
  });

  it('refuses a place where no folder can be made', async () => {
    if (!existsSync('/proc/self')) return skipped('there is no /proc here');
    const ended = await spicelab(folder, ...RUN, '--out', '/proc/run');
    expectPlain(ended);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('/proc/run') });
    expect(ended.stderr).not.toContain('spicelab resume');
  });

  it('refuses folders and decks that may not be written or read', async () => {
    await mkdir(join(folder, 'locked'));
    await writeFile(join(folder, 'secret.cir'), 'A deck\nR1 a 0 1\n.op\n');
    await chmod(folder, 0o755);
    await chmod(join(folder, 'locked'), 0o500);
    await chmod(join(folder, 'secret.cir'), 0o000);
    const version = await asNobody(['--version']);
    if (version.code !== 0) return skipped('no other user can run the command here');
    const deck = await asNobody(['mc', 'secret.cir']);
    expect(deck).toMatchObject({ code: 2, stderr: expect.stringContaining('permission denied') });
    const run = await asNobody([...RUN, '--out', 'locked/run']);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('permission denied') });
  });

  /** Root may write and read everything, so it steps down. */
  const asNobody = (args: readonly string[]) =>
    new Promise<Ended>((done) => {
      const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
      execFile(process.execPath, [CLI, ...args], { cwd: folder, ...user }, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
      );
    });
});

function shell(script: string): Promise<{ code: number }> {
  return new Promise((done) => execFile('sh', ['-c', script], (error) => done({ code: error ? 1 : 0 })));
}
