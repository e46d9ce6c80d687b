import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { spicelab, workFolder } from '../command/command.ts';
import { writeDeck } from './refusal.ts';

const SCRIPT = '</script><script>alert(1)</script><img src=x onerror=alert(2)>';

describe('names and titles that are hostile to HTML and CSV', async () => {
  const folder = await workFolder();

  it('stay text in the report and in the table', async () => {
    const title = `${SCRIPT} "quoted", =1+1`;
    const devices = ['V1 in 0 dc 1', 'R<i>1 in out 1k', 'R2 out 0 1k'];
    await writeFile(join(folder, 'hostile.cir'), [title, ...devices, '.op', '.end', ''].join('\n'));
    const flags = ['--vary', 'R2=normal(1%)', '--measure', 'v</script>[b]=v(out)', '--spec', '<b>: x<1'];
    const refused = await spicelab(folder, 'mc', 'hostile.cir', ...flags);
    expect(refused.code).toBe(2);
    const good = ['--vary', 'R<i>1=normal(1%)', '--measure', 'x=v(out)', '--spec', 'x<1', '-n', '4'];
    const run = await spicelab(folder, 'mc', 'hostile.cir', ...good, '--engine', 'wasm', '--out', 'run');
    expect(run).toMatchObject({ code: 0 });
    const html = await readFile(join(folder, 'run/report.html'), 'utf8');
    expect(html).not.toContain(SCRIPT);
    expect(html).not.toContain('<script>alert(1)');
    expect(html).not.toContain('<img src=x');
    const { stdout } = await spicelab(folder, 'export', 'run');
    const rows = parse(stdout) as string[][];
    expect(rows).toHaveLength(5);
    expect(rows[0]).toEqual(['sample', 'R<i>1', 'x', 'status', 'message']);
  });

  it('of measurements of the deck are one column each', async () => {
    await writeDeck(folder, 'commas.cir', [
      'V1 in 0 dc 1 ac 1',
      'R1 in out 1k',
      'C1 out 0 100n',
      '.ac dec 10 1 100k',
      '.meas ac b,w"<i> when vdb(out)=-3',
    ]);
    const run = await spicelab(
      folder,
      'mc',
      'commas.cir',
      '--vary',
      'R1=normal(1%)',
      '-n',
      '3',
      '--engine',
      'wasm',
      '--out',
      'commas',
    );
    if (run.code === 2) {
      expect(run.stderr).toMatch(/commas\.cir:6: /);
      return;
    }
    const rows = parse((await spicelab(folder, 'export', 'commas')).stdout) as string[][];
    expect(rows[0]).toEqual(['sample', 'R1', 'b,w"<i>', 'status', 'message']);
    expect(await readFile(join(folder, 'commas/report.html'), 'utf8')).not.toContain('b,w"<i>');
  });
});

describe('a sample count beyond any run', async () => {
  const folder = await workFolder();
  it.each(['random', 'sobol', 'lhs'])(
    'is explained at once: %s',
    async (sampling) => {
      const args = ['mc', 'rc-lowpass.cir', '--vary', 'R1=normal(1%)', '-n', '1e9', '--sampling', sampling];
      const { code, stdout } = await spicelab(
        folder,
        ...args,
        '--measure',
        'bw=when(vdb(out),-3)',
        '--explain',
      );
      expect(code).toBe(0);
      expect(stdout).toContain('alter on r1');
    },
    10_000,
  );
});
