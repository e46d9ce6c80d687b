import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CodeCache, cacheFolder, openCodeCache } from './code-cache.ts';
import type { NativeCode } from './native-code.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-code-'));
  folders.push(folder);
  return folder;
}

/** Stands for V8: a module is its code. */
const plain: NativeCode = {
  serialize: (module) => Uint8Array.from((module as { code: string }).code, (c) => c.charCodeAt(0)).buffer,
  deserialize: (code) => ({ code: String.fromCharCode(...new Uint8Array(code)) }),
};
const BYTES = Uint8Array.of(1, 2, 3);
const open = (folder: string | undefined, bytes = BYTES): CodeCache => openCodeCache(bytes, folder, plain);

describe('machine code kept between processes', () => {
  it('comes back for the bytes that it was made of, and for no others', () => {
    const folder = newFolder();
    open(folder).save({ code: 'warm' });
    expect(open(folder).load()).toEqual({ code: 'warm' });
    expect(open(folder, Uint8Array.of(1, 2, 4)).load()).toBeUndefined();
  });

  it('is believed only when it is whole, because V8 would execute anything', () => {
    const folder = newFolder();
    open(folder).save({ code: 'warm' });
    const file = join(folder, readdirSync(folder)[0]!);
    const bytes = readFileSync(file);
    const flipped = Uint8Array.from(bytes, (byte, k) => (k === bytes.length - 1 ? byte ^ 1 : byte));
    for (const damaged of [bytes.subarray(0, -1), flipped, new Uint8Array(0)]) {
      writeFileSync(file, damaged);
      expect(open(folder).load()).toBeUndefined();
    }
  });

  it('is written again when it has grown, not for every process', () => {
    const folder = newFolder();
    open(folder).save({ code: 'a'.repeat(100) });
    const later = open(folder);
    later.load();
    later.save({ code: 'b'.repeat(105) });
    expect(open(folder).load()).toEqual({ code: 'a'.repeat(100) });
    later.save({ code: 'c'.repeat(120) });
    expect(open(folder).load()).toEqual({ code: 'c'.repeat(120) });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('is readable for its user alone', () => {
    const folder = join(newFolder(), 'new');
    open(folder).save({ code: 'warm' });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, readdirSync(folder)[0]!)).mode & 0o777).toBe(0o600);
  });

  it('is done without where nothing can be written, or V8 has no such functions', () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    for (const cache of [
      open(join(file, 'below')),
      open(undefined),
      openCodeCache(BYTES, newFolder(), undefined),
    ]) {
      cache.save({ code: 'warm' });
      expect(cache.load()).toBeUndefined();
    }
  });

  it('lies where the user says, or nowhere', () => {
    expect(cacheFolder({ SPICELAB_CACHE: '/elsewhere' })).toBe('/elsewhere');
    expect(cacheFolder({ SPICELAB_CACHE: '' })).toBeUndefined();
    expect(cacheFolder({})).toMatch(/spicelab$/);
  });
});
