import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openResults } from '../../src/run/index.ts';
import { type TuneOptions, tune } from '../../src/simulate/index.ts';
import { openStore } from '../../src/stores/index.ts';
import { optimize, type StudyInput } from '../../src/study/index.ts';

const PYTHON = process.env.SPICELAB_TEST_OPTUNA;
const CLI = resolve(import.meta.dirname, '../../dist/cli.mjs');
if (!PYTHON) console.log('SKIPPED: SPICELAB_TEST_OPTUNA names no Python with optuna and cmaes');

/** Dixon & Szegö 1978: three equal minima of 0.397887. */
const branin: StudyInput = {
  deck: { text: 'branin\n.param x=2 y=2\n.end\n' },
  design: { x: '-5..10', y: '0..15' },
  measure: { f: '(y-5.1*x*x/(4*pi*pi)+5*x/pi-6)**2+10*(1-1/(8*pi))*cos(x)+10' },
  minimize: 'f',
};
/** Zitzler, Deb & Thiele 2000, with three variables: the front is f2 = 1 - sqrt(f1). */
const zdt1: StudyInput = {
  deck: { text: 'zdt1\n.param a=0.5 b=0.5 c=0.5\n.end\n' },
  design: { a: '0..1', b: '0..1', c: '0..1' },
  measure: { f1: 'a', g: '1+9*(b+c)/2', f2: 'g*(1-sqrt(a/g))' },
  minimize: ['f1', 'f2'],
};

describe.skipIf(!PYTHON)('designs by Optuna', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spicelab-optuna-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const options = (name: string): TuneOptions => ({
    engine: 'formula',
    workers: 2,
    python: PYTHON,
    out: join(folder, name),
  });

  it.each([
    ['cmaes', 150, 0.45],
    ['tpe', 90, 1.5],
  ] as const)(
    'Branin by %s: in %i simulations to less than %d',
    { timeout: 300_000 },
    async (sampler, budget, most) => {
      const answer = await tune(optimize({ ...branin, tune: { sampler, budget } }), options(sampler));
      expect(answer.sampler).toBe(sampler);
      expect(answer.best[0]!.objectives[0]!.value).toBeGreaterThanOrEqual(0.397887);
      expect(answer.best[0]!.objectives[0]!.value).toBeLessThan(most);
    },
  );

  it('ZDT1 by NSGA-II: a front nearer to the true one than that of as many Sobol points', {
    timeout: 300_000,
  }, async () => {
    const distance = async (sampler: 'nsga2' | 'sobol') => {
      const { best } = await tune(
        optimize({ ...zdt1, tune: { sampler, budget: 160 } }),
        options(`zdt1-${sampler}`),
      );
      const off = best.map(({ objectives: [f1, f2] }) => f2!.value - (1 - Math.sqrt(f1!.value)));
      return off.reduce((sum, each) => sum + each, 0) / off.length;
    };
    const [learned, blind] = [await distance('nsga2'), await distance('sobol')];
    expect(learned).toBeGreaterThanOrEqual(0);
    expect(learned).toBeLessThan(0.8 * blind);
  });

  it('killed with kill -9 in the middle, it goes on to the designs of an undisturbed search', {
    timeout: 300_000,
  }, async () => {
    const flags = [
      ...['--engine', 'formula', '--python', PYTHON!, '--workers', '2', '--sampler', 'tpe', '--budget', '40'],
      ...[
        '--design',
        'a=0..1',
        '--design',
        'b=0..1',
        '--measure',
        'f=(a-0.3)**2+(b-0.6)**2',
        '--minimize',
        'f',
        '--quiet',
      ],
    ];
    const deck = join(folder, 'killed.cir');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(deck, 'killed\n.param a=0.5 b=0.5\n.end\n');
    const run = (out: string) =>
      spawn('node', [CLI, 'tune', deck, ...flags, '--out', out], { stdio: 'ignore' });
    const ended = (child: ReturnType<typeof run>) => new Promise((done) => child.once('exit', done));
    const [calm, killed] = [join(folder, 'calm'), join(folder, 'killed')];
    expect(await ended(run(calm))).toBe(0);
    for (const designs of [6, 18, 30]) {
      const child = run(killed);
      const gone = ended(child);
      while (child.exitCode === null && (await count(join(killed, 'results'))) < designs)
        await new Promise((later) => setTimeout(later, 20));
      child.kill('SIGKILL');
      await gone;
    }
    expect(await ended(run(killed))).toBe(0);
    const { readTuneAnswer } = await import('../../src/simulate/index.ts');
    const [whole, again] = [await readTuneAnswer(calm), await readTuneAnswer(killed)];
    expect(again.trials).toEqual(whole.trials);
    for (const { trial } of again.trials) {
      const store = await openStore(join(killed, 'trials', String(trial).padStart(6, '0')));
      expect((await openResults(store)).present).toBe(1);
    }
  });
});

const count = async (folder: string): Promise<number> =>
  existsSync(folder) ? (await readdir(folder)).length : 0;
