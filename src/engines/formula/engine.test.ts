import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../../errors/index.ts';
import { compileScalar, parseExpression } from '../../expression/index.ts';
import { type Batch, type Plan, planSchema, STATUSES, type Table } from '../../plan/index.ts';
import { formula } from './index.ts';

interface Sketch {
  readonly deck?: string;
  readonly variables?: readonly string[];
  readonly measure: Readonly<Record<string, string>>;
  readonly assign?: Readonly<Record<string, string>>;
  readonly slots?: Plan['circuits'][number]['slots'];
}

function planOf({ deck = 'title\n.end\n', variables = [], measure, assign = {}, slots = [] }: Sketch): Plan {
  return planSchema.parse({
    format: 1,
    title: 'formulas',
    circuits: [
      { label: '', text: deck, slots, sources: ['f.cir'], origins: [{ line: 1, source: 0, sourceLine: 1 }] },
    ],
    variables: variables.map((name) => ({
      name,
      unit: '',
      nominal: 0,
      source: { kind: 'random', distribution: { kind: 'uniform', low: -5, high: 5 } },
    })),
    axes: [],
    sampling: { method: 'random', seed: 1 },
    correlations: [],
    assignments: Object.entries(assign).map(([parameter, value]) => ({
      kind: 'alterparam',
      parameter,
      value,
    })),
    analyses: [],
    measurements: Object.entries(measure).map(([name, expression]) => ({
      name,
      unit: '',
      source: { kind: 'scalars', expression },
    })),
    specs: [],
    waveforms: [],
  });
}

function batchOf(rows: readonly (readonly number[])[]): Batch {
  return {
    rows: rows.length,
    samples: Float64Array.from(rows.keys()),
    circuits: new Uint16Array(rows.length),
    values: Float64Array.from(rows.flat()),
  };
}

async function run(plan: Plan, rows: readonly (readonly number[])[]): Promise<Table> {
  const engine = await formula.open({});
  await engine.load(plan);
  return engine.run(batchOf(rows));
}

const one = async (sketch: Sketch, row: readonly number[] = []): Promise<number[]> =>
  (await run(planOf(sketch), [row])).columns.map((column) => column[0]!);

async function refusal(sketch: Sketch): Promise<SpiceLabError> {
  const engine = await formula.open({});
  const thrown: unknown = await engine.load(planOf(sketch)).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(SpiceLabError);
  return thrown as SpiceLabError;
}

describe('formula engine', () => {
  it('gives the published minimum of the Branin function at its three minimisers', async () => {
    // Dixon & Szegö 1978: 0.397887 at (-pi, 12.275), (pi, 2.275), (9.42478, 2.475).
    const plan = planOf({
      deck: `branin
.param pi=3.141592653589793 x1=0 x2=0
.param b='5.1/(4*pi*pi)' c={5/pi} t='1/(8*pi)'
.end
`,
      variables: ['x1', 'x2'],
      assign: { x1: '$0', x2: '$1' },
      measure: { f: '(x2-b*x1*x1+c*x1-6)*(x2-b*x1*x1+c*x1-6)+10*(1-t)*cos(x1)+10' },
    });
    const table = await run(plan, [
      [-Math.PI, 12.275],
      [Math.PI, 2.275],
      [9.42478, 2.475],
    ]);
    for (const value of table.columns[0]!) expect(value).toBeCloseTo(0.397887, 6);
  });

  it('evaluates parameters in the order of what they need, wherever they are written', async () => {
    const deck = "t\n.param a='b+1'\n.param b='2*c' ; half\n* .param c=9\n.param c=3\n+ d = 4\n.end\n";
    expect(await one({ deck, measure: { x: 'a', y: 'd' } })).toEqual([7, 4]);
  });

  it('recomputes what depends on a variable through other parameters, row by row', async () => {
    const plan = planOf({
      deck: "t\n.param a=1 b='a*2' c='b+k' k=10\n.end\n",
      variables: ['a'],
      assign: { a: '$0' },
      measure: { c: 'c', twice: 'c*2' },
    });
    const { columns } = await run(plan, [[1], [2], [1]]);
    expect(columns.map((column) => [...column])).toEqual([
      [12, 14, 12],
      [24, 28, 24],
    ]);
  });

  it('puts the expression of an active slot where the text was, and leaves others alone', async () => {
    const deck = "t\n.param r='2*1k' s=5\n.end\n";
    const slots = [
      { offset: deck.indexOf('1k'), length: 2, value: '$0+1', active: true },
      { offset: deck.indexOf('5'), length: 1, value: '$0', active: false },
    ];
    expect(await one({ deck, slots, variables: ['r'], measure: { r: 'r', s: 's' } }, [9])).toEqual([20, 5]);
  });

  it('lets a measurement use earlier measurements, variables by name and number, and the temperature', async () => {
    const measure = { A: '$0+q', b: 'a*10+temper' };
    expect(await one({ variables: ['p', 'Q'], measure }, [1, 2])).toEqual([3, 57]);
  });

  it('makes a row without a finite value a failed measurement and keeps the other values', async () => {
    const plan = planOf({ variables: ['x'], measure: { inverse: '1/x', root: 'sqrt(x)', double: '2*x' } });
    const table = await run(plan, [[4], [0], [-1]]);
    expect([...table.status].map((code) => STATUSES[code])).toEqual(['ok', 'measurement', 'measurement']);
    expect([...table.columns[0]!]).toEqual([0.25, Number.NaN, -1]);
    expect([...table.columns[2]!]).toEqual([8, 0, -2]);
    expect(table.messages.get(1)).toContain('inverse');
    expect(table.messages.get(2)).toContain('root');
  });

  it('gives the same bits whatever the expression, as evaluating it directly', async () => {
    const leaf = fc.oneof(
      fc.constantFrom('$0', '$1', 'p', 'q'),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }).map(String),
    );
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc
          .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/'), tie('tree'))
          .map(([x, operator, y]) => `(${x} ${operator} ${y})`),
        fc.tuple(fc.constantFrom('sin', 'exp', 'abs', 'sqrt'), tie('tree')).map(([f, x]) => `${f}(${x})`),
      ),
    }));
    const value = fc.double({ min: -10, max: 10, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        tree,
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 5 }),
        async (text, rows) => {
          const deck = `t\n.param r = '${text.replaceAll(/[$]/g, 'v')}'\n.param v0=0 v1=0 p=2 q='v0-v1'\n.end\n`;
          const plan = planOf({
            deck,
            variables: ['x', 'y'],
            assign: { v0: '$0', v1: '$1' },
            measure: { m: 'r' },
          });
          const direct = compileScalar(parseExpression(text), (name) => (name === 'p' ? 2 : 3));
          const { columns } = await run(plan, rows);
          for (const [row, [x, y]] of rows.entries()) {
            const wanted = direct(Float64Array.of(x, y, 2, x - y));
            expect(columns[0]![row]).toBe(Number.isFinite(wanted) ? wanted : Number.NaN);
          }
        },
      ),
    );
  });

  it('gives every row the same bits alone as among others', async () => {
    const plan = planOf({ variables: ['x', 'y'], measure: { m: 'exp(sin(x)*y)/x' } });
    const rows = Array.from({ length: 256 }, (_, i) => [Math.cos(i) * 3, Math.sin(i * 7)]);
    const together = (await run(plan, rows)).columns[0]!;
    for (const i of [255, 0, 128, 77]) expect((await run(plan, [rows[i]!])).columns[0]![0]).toBe(together[i]);
  });

  it('refuses a deck with devices, and says where and what to do', async () => {
    const error = await refusal({ deck: 't\n.param a=1\nr1 1 0 1k\n.end\n', measure: { a: 'a' } });
    expect(error).toMatchObject({ code: 'ENGINE_LOAD', place: { file: 'f.cir', line: 3 } });
    expect(error.remedy).toContain('--engine wasm');
  });

  it.each<[string, Sketch, RegExp]>([
    ['a name that nothing defines', { deck: 't\n.param gain=1\n.end\n', measure: { m: 'gian' } }, /gian/],
    [
      'a parameter that needs itself',
      { deck: 't\n.param a=b b=a\n.end\n', measure: {} },
      /"a" needs its own/,
    ],
    ['a variable that there is not', { measure: { m: '$0' } }, /\$0/],
    ['a vector', { measure: { m: 'v(out)' } }, /v\(out\)/],
    ['a target that there is not', { variables: ['x'], assign: { r: '$0' }, measure: {} }, /"r" to set/],
    ['a later measurement', { measure: { a: 'b', b: '1' } }, /"b"/],
    ['a statistical call', { deck: 't\n.param a=agauss(0,1,1)\n.end\n', measure: {} }, /agauss/],
    ['half a definition', { deck: 't\n.param a\n.end\n', measure: {} }, /not a definition/],
  ])('refuses %s when the plan is loaded', async (_, sketch, message) => {
    const error = await refusal(sketch);
    expect(error.code).toBe('ENGINE_LOAD');
    expect(error.message).toMatch(message);
    expect(error.remedy).toBeTruthy();
  });

  it('computes hundreds of thousands of rows in a second of processor time', async () => {
    const plan = planOf({ variables: ['x', 'y'], measure: { m: '(x-1)*(x-1)+10*(y-x*x)*(y-x*x)' } });
    const rows = 200_000;
    const batch: Batch = {
      rows,
      samples: Float64Array.from({ length: rows }, (_, i) => i),
      circuits: new Uint16Array(rows),
      values: Float64Array.from({ length: 2 * rows }, (_, i) => Math.sin(i)),
    };
    const engine = await formula.open({});
    await engine.load(plan);
    await engine.run(batch);
    const begin = process.cpuUsage();
    await engine.run(batch);
    // Measured: 8 million; leaves room for a machine under load.
    expect(rows / (process.cpuUsage(begin).user / 1e6)).toBeGreaterThan(400_000);
  });
});
