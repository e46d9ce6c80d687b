import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBackend } from '../../index.ts';
import { sightingOf } from './platform.ts';
import { zipOf } from './zip.ts';

const running = (message = 'it runs') => ({ status: 'RUNNING', message }) as const;

describe('what a Ray job says of its tasks', () => {
  it('is the last word of each, among whatever else was printed', () => {
    const log = [
      '{"spicelab":0,"state":"running","worker":"one-7","host":"one"}',
      'a warning of Ray',
      '{"spicelab":1,"state":"running","worker":"two-8","host":"two"}',
      '{"spicelab":0,"state":"ended","code":0,"detail":""}',
      '{"spicelab":2,"state":"ended","code":-9,"detail":"killed"}',
      '{"spicelab":3,"state":"ended","code":null,"detail":"the node died"}',
      '{"spicelab":1,"state":"en',
    ].join('\n');
    expect(sightingOf(running(), log)).toEqual({
      tasks: new Map([
        [0, { state: 'ended' }],
        [1, { state: 'running', worker: 'two-8', host: 'two' }],
        [2, { state: 'ended', reason: 'crash', detail: 'killed' }],
        [3, { state: 'ended', reason: 'unreachable', detail: 'the node died' }],
      ]),
    });
  });

  it('ends with the job, or when Ray knows it no more', () => {
    expect(sightingOf(undefined, '').over).toMatchObject({ reason: 'unreachable' });
    const stopped = sightingOf({ status: 'STOPPED', message: 'by the user' }, 'bye');
    expect(stopped.over?.detail).toBe('the Ray job is over (STOPPED): by the user\nbye');
  });

  it('is what the user has to mend where not even its driver could start', () => {
    const { refused } = sightingOf({ status: 'FAILED', message: 'code 127' }, 'sh: python3: not found');
    expect(refused).toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: expect.stringContaining('not found'),
    });
  });
});

describe('the address of a Ray dashboard', () => {
  it('has to be one, and somebody has to be there', async () => {
    await expect(openBackend('ray-jobs')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(openBackend('ray:http://user:word@head:8265')).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await expect(openBackend('ray:http://127.0.0.1:9')).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: 'no Ray dashboard answers at http://127.0.0.1:9',
    });
  });
});

describe('an archive for Ray', () => {
  it('is read by others, and the same for the same files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'spicelab-zip-'));
    try {
      const files = [
        { path: 'empty', bytes: new Uint8Array() },
        { path: 'shared/text.mjs', bytes: Buffer.from('abc'.repeat(10_000)) },
      ];
      const archive = join(folder, 'all.zip');
      writeFileSync(archive, zipOf(files));
      const script =
        'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), [(i.filename, i.file_size) for i in z.infolist()])';
      const told = execFileSync('python3', ['-c', script, archive], { encoding: 'utf8' });
      expect(told.trim()).toBe("None [('empty', 0), ('shared/text.mjs', 30000)]");
      expect(zipOf(files)).toEqual(zipOf(files));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
