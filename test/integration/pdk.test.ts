import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskFiles, readDeck } from '../../src/netlist/index.ts';

const data = resolve(import.meta.dirname, '../../../shared/data');
if (!existsSync(data)) console.log('SKIPPED: the models of the open PDKs are not here');

const AMPLIFIER = [
  'VDD vdd 0 3.3',
  'R1 vdd out 10k',
  'XM1 out in 0 0 nfet_03v3 w=10u l=1u',
  'XR1 out 0 0 npolyf_u r_width=1u r_length=10u',
  'VIN in 0 1',
];

describe.skipIf(!existsSync(data))('the models of an open PDK, installed as its tools do', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'spicelab-pdk-'));
    await mkdir(join(root, 'gf180mcuD/libs.tech'), { recursive: true });
    await symlink(join(data, 'gf180mcu'), join(root, 'gf180mcuD/libs.tech/ngspice'), 'junction');
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const read = (lines: readonly string[], corner?: string) =>
    readDeck({ text: ['t', ...lines, ...AMPLIFIER, '.op', '.end'].join('\n'), folder: '.' }, diskFiles, {
      environment: { PDK_ROOT: root, PDK: 'gf180mcuD', HOME: root },
      sections: corner === undefined ? {} : { '*': corner },
    });

  /** Sheet resistances of the sections of the transistors and of the resistors. */
  const sheets = ({ parameters }: Awaited<ReturnType<typeof read>>) => [
    parameters.value('rsh_nplus_u_m'),
    parameters.value('rsh_npolyf_u'),
  ];

  it.each([
    ['by variables', '$PDK_ROOT/$PDK/libs.tech/ngspice/'],
    ['by name alone', ''],
  ])('are found %s, and a corner changes transistors or resistors alone', async (_, folder) => {
    const lines = [
      `.include ${folder}design.ngspice`,
      `.lib ${folder}sm141064.ngspice typical`,
      `.lib ${folder}sm141064.ngspice res_typical`,
    ];
    expect(sheets(await read(lines))).toEqual([60, 310]);
    expect(sheets(await read(lines, 'ff'))).toEqual([45, 310]);
    expect(sheets(await read(lines, 'res_ff'))).toEqual([60, 250]);
    const both = await read(lines, 'ff+res_ff');
    expect(sheets(both)).toEqual([45, 250]);
    for (const { label } of both.sources.slice(1))
      expect(label).toMatch(/^\$PDK_ROOT\/\$PDK\/libs\.tech\/ngspice\//);
  });
});
