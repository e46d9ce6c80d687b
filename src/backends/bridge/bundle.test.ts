import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nativeBundle } from './bundle.ts';

const WORKER = resolve(import.meta.dirname, '../../../dist/worker.mjs');

describe('the bundle of a worker', () => {
  it('has the same name for the same content, and holds all of its files', async () => {
    const [one, again] = [await nativeBundle(WORKER), await nativeBundle(WORKER)];
    expect(again.id).toBe(one.id);
    expect(one.files[0]?.path).toBe('worker.mjs');
    const size = one.files.reduce((sum, file) => sum + file.size, 0);
    expect(gunzipSync(one.packed).length).toBe(size);
  });
});
