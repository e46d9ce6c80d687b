import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { around, studyOf } from '../../src/compile/fixture.ts';
import { compileStudy } from '../../src/compile/index.ts';
import type { Engine } from '../../src/engine.ts';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { createSampler, type Plan, planDocument, type Table } from '../../src/plan/index.ts';
import type { Study } from '../../src/study/schema.ts';

const ROWS = 3;
const data = resolve(import.meta.dirname, '../../../shared/data');
const withModels = existsSync(data);
if (!withModels) console.warn('skipped: no device models beside the project');

const found = await libngspice.find({});
if (!found) console.warn('skipped: libngspice is not installed');
let engine: Engine;
beforeAll(async () => {
  if (found) engine = await libngspice.open({});
});
afterAll(() => engine?.close());

async function run(plan: Plan): Promise<Table> {
  await engine.load(plan);
  return engine.run(createSampler(plan).batch(0, ROWS));
}

/** A line that mentions every name that files define, and means nothing to the simulator because no node is called so. */
function mentionAll(...files: readonly string[]): string {
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const names = [...text.matchAll(/^\.(?:model|subckt)\s+(\S+)|([\w.]+)[ \t]*=(?!=)/gim)].map(
    ([, definition, parameter]) => definition ?? parameter!,
  );
  return `.global ${[...new Set(names)].filter((name) => name.length > 2).join(' ')}`;
}

const linesOf = (plan: Plan) => plan.circuits[0]!.text.split('\n').length;

/** The same study with all of its deck and with what its circuit needs: bit for bit the same results. */
async function expectTheSame(lines: readonly string[], parts: Partial<Study>, all: string): Promise<Plan> {
  const shaken = (await compileStudy(studyOf(lines, parts))).plan;
  const whole = (await compileStudy(studyOf([...lines, all], parts))).plan;
  expect(linesOf(whole)).toBeGreaterThan(linesOf(shaken) + 1);
  const [short, long] = [await run(shaken), await run(whole)];
  expect([...short.messages.values()]).toEqual([]);
  expect([...short.status]).toEqual([...long.status]);
  expect(short.columns.map((column) => [...column])).toEqual(long.columns.map((column) => [...column]));
  expect(short.columns[0]!.every((value) => Number.isFinite(value))).toBe(true);
  return shaken;
}

describe.skipIf(!withModels || !found)('an amplifier on a library of models', () => {
  const amplifier = (n: string, p: string, supply: number, unit: string) => [
    `vdd vdd 0 ${supply}`,
    `vin inp 0 ${supply / 2}`,
    'ib vdd bias 20u',
    `xm5 tail bias 0 0 ${n} w=10${unit} l=1${unit}`,
    `xm6 bias bias 0 0 ${n} w=10${unit} l=1${unit}`,
    `xm1 x inp tail 0 ${n} w=20${unit} l=1${unit}`,
    `xm2 out out tail 0 ${n} w=20${unit} l=1${unit}`,
    `xm3 x x vdd vdd ${p} w=20${unit} l=1${unit}`,
    `xm4 out x vdd vdd ${p} w=20${unit} l=1${unit}`,
    'cl out 0 2p',
    '.op',
    '.ac dec 3 1k 1g',
  ];
  const parts: Partial<Study> = {
    vary: [
      { target: 'vin', distribution: around(0.9, 0.01) },
      { target: 'vdd', distribution: around(2, 0.01) },
    ],
    measure: [
      { name: 'offset', expression: 'v(out)-v(inp)', analysis: 'op' },
      { name: 'peak', expression: 'max(vm(out))', analysis: 'ac' },
    ],
  };
  const sky130 = ['parameters_fet_tt', 'parameters_res_nom', 'parameters_cap_nom', 'models_global']
    .concat('sky130_fd_pr__nfet_01v8', 'sky130_fd_pr__pfet_01v8')
    .map((name) => `${data}/sky130/${name}.spice`);
  const library = `${data}/gf180mcu/sm141064.ngspice`;

  it.each([
    [
      'GF180MCU',
      [
        `.include ${data}/gf180mcu/design.ngspice`,
        `.lib ${library} typical`,
        ...amplifier('nfet_03v3', 'pfet_03v3', 3.3, 'u'),
      ],
      [library],
    ],
    [
      'SKY130',
      [
        '.param MC_MM_SWITCH=1 MC_PR_SWITCH=0 corner_factor=1 process_mc_factor=1 mismatch_factor=1',
        ...sky130.map((path) => `.include ${path}`),
        ...amplifier('sky130_fd_pr__nfet_01v8', 'sky130_fd_pr__pfet_01v8', 1.8, ''),
      ],
      sky130,
    ],
  ])('%s gives the same without the rest of it, in a small plan', async (_, lines, files) => {
    const plan = await expectTheSame(lines, parts, mentionAll(...files));
    expect(planDocument(plan).bytes.length).toBeLessThan(100_000);
  });
});

describe.skipIf(!found)('a generated circuit', () => {
  const NAMES = ['pa', 'pb', 'pc', 'pd', 'pe'];
  const EVERYTHING = `.global ${NAMES.join(' ')} f1 f2 f3 dm rm dx never c0 c1 c2`;
  const name = fc.constantFrom(...NAMES);
  /** Positive, so that every resistance is. */
  const expression = fc.oneof(
    name.map((a) => `{1+${a}*${a}}`),
    fc.tuple(name, name).map(([a, b]) => `'max(${a},3)+f1(abs(${b}))'`),
    fc.tuple(name, name).map(([a, b]) => `{${a}>${b} ? 3 : f2(abs(${a}))}`),
    fc.constantFrom('2', '1k'),
  );
  const cell = fc.record({
    header: fc.option(name, { nil: undefined }),
    own: fc.option(name, { nil: undefined }),
    value: expression,
    model: fc.constantFrom('dx', 'dm'),
    inner: fc.integer({ min: 0, max: 3 }),
  });
  const circuit = fc.record({
    cells: fc.tuple(cell, cell, cell),
    parameters: fc.array(expression, { minLength: NAMES.length, maxLength: NAMES.length }),
    used: fc.integer({ min: 0, max: 2 }),
    value: expression,
    condition: fc.option(name, { nil: undefined }),
  });
  type Cell = typeof cell extends fc.Arbitrary<infer T> ? T : never;

  /** A subcircuit, which may have one of those after it inside. */
  const cellLines = ({ header, own, value, model, inner }: Cell, index: number): string[] => [
    `.subckt c${index} p${header === undefined ? '' : ` ${header}=7`}`,
    ...(own === undefined || own === header ? [] : [`.param ${own}=5`]),
    '.model dx d is=1e-15',
    `R1 p 0 ${value}`,
    `D1 p 0 ${model}`,
    ...(inner > index && inner < 3 ? [`X1 p c${inner}`] : []),
    '.ends',
  ];

  it('gives the same with and without what it does not reach', async () => {
    const property = fc.asyncProperty(circuit, async ({ cells, parameters, used, value, condition }) => {
      const earlier = (text: string, count: number) =>
        text.replace(/\bp[a-e]\b/g, (found) => (NAMES.indexOf(found) < count ? found : '3'));
      const lines = [
        ...parameters.map((text, i) => `.param ${NAMES[i]}=${earlier(text, i)}`),
        '.func f1(x) {x*2+f2(x)}',
        '.func f2(x) {x+0.5}',
        '.func f3(x) {x}',
        '.model dm d is=1e-14',
        '.model rm r rsh=1',
        ...cells.flatMap(cellLines),
        ...(condition
          ? [`.if (${condition} > 2)`, `R8 a 0 {${condition}}`, '.else', 'R8 a 0 5', '.endif']
          : []),
        'I1 0 a 1m',
        `R1 a 0 ${value}`,
        `X1 a c${used}`,
        ...['.subckt never p', 'R1 p 0 {pa+pb+pc+pd+pe}', '.ends'],
        '.op',
      ];
      const measure = [{ name: 'v', expression: 'v(a)', analysis: 'op' }];
      await expectTheSame(lines, { measure }, EVERYTHING);
    });
    await fc.assert(property, { numRuns: 120 });
  });
});
