import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { livenessOf, thisProcess } from './process-identity.ts';

describe('the identity of a process', () => {
  it('is alive while the process is, and not when another one got its number', async () => {
    const self = await thisProcess();
    expect(await livenessOf(self)).toBe('alive');
    if (self.started !== undefined) expect(await livenessOf({ ...self, started: '1' })).toBe('dead');
    if (self.boot !== undefined) expect(await livenessOf({ ...self, boot: 'earlier' })).toBe('dead');
  });

  it('is dead after the end of the process', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const { pid } = child;
    await once(child, 'exit');
    expect(await livenessOf({ ...(await thisProcess()), pid: pid! })).toBe('dead');
  });

  it('of another host is unknown', async () => {
    expect(await livenessOf({ ...(await thisProcess()), host: 'elsewhere.invalid' })).toBe('unknown');
  });
});
