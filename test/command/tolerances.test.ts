import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { spicelab, workFolder } from './command.ts';

describe('tolerances', async () => {
  const folder = await workFolder();
  const run = (...args: string[]) => spicelab(folder, ...args);

  beforeAll(() => writeFile(join(folder, 'formula.cir'), 'A formula\n.param x=1 y=2\n.end\n'));

  it('a worst case names the extremes and where they are', async () => {
    const { stdout } = await run(
      'worst-case',
      'formula.cir',
      '--engine',
      'formula',
      '--vary',
      'x=uniform(low=0,high=1)',
      '--vary',
      'y=uniform(low=2,high=3)',
      '--measure',
      'z=x*y',
      '--quiet',
    );
    expect(stdout).toMatch(/z\s+least\s+0 /);
    expect(stdout).toMatch(/z\s+greatest\s+3 .*x=1, y=3/);
  });

  it('too many tolerances for all extremes: sensitivities point to the ones that matter', async () => {
    const names = Array.from({ length: 14 }, (_, k) => `p${k}`);
    await writeFile(
      join(folder, 'many.cir'),
      `Many\n.param ${names.map((name) => `${name}=1`).join(' ')}\n.end\n`,
    );
    const { stdout } = await run(
      'worst-case',
      'many.cir',
      '--engine',
      'formula',
      '--vary',
      'p*=uniform(10%)',
      '--measure',
      `s=${names.map((name, k) => `${k % 2 ? '-' : '+'}${name}`).join('')}`,
      '--quiet',
      '--out',
      'many',
    );
    expect(stdout).toContain('directed by sensitivity');
    expect(stdout).toMatch(/s\s+greatest\s+1\.4 /);
  });

  it('a sensitivity is normalised: percent per percent', async () => {
    const { stdout } = await run(
      'sensitivity',
      'formula.cir',
      '--engine',
      'formula',
      '--vary',
      'x=uniform(1%)',
      '--vary',
      'y=uniform(1%)',
      '--measure',
      'z=x^2*y',
      '--quiet',
    );
    expect(stdout).toMatch(/z\s+x\s+2\.0000/);
    expect(stdout).toMatch(/z\s+y\s+1\.0000/);
  });

  it('a sensitivity of a measurement without slope is told, not left out', async () => {
    const { stdout } = await run(
      'sensitivity',
      'formula.cir',
      '--engine',
      'formula',
      '--vary',
      'x=uniform(1%)',
      '--measure',
      'z=y+0',
      '--quiet',
    );
    expect(stdout).toMatch(/z\s+x\s+0\.0000/);
  });
});
