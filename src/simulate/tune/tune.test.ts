import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openResults } from '../../run/index.ts';
import { openStore } from '../../stores/index.ts';
import { optimize, type StudyInput } from '../../study/index.ts';
import { designDeck, readTuneAnswer } from './answer.ts';
import { resumeTune, startTune, type TuneOptions, tune } from './tune.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spicelab-tune-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const formula = { engine: 'formula', workers: 2 } as const;
const options = (name: string): TuneOptions => ({ ...formula, out: join(folder, name) });

/** The corner frequency of an RC low-pass: the aim is met on a line through the space, by C = 1/(2 pi R f). */
const filter: StudyInput = {
  title: 'filter',
  deck: { text: 'RC\n.param r=1k c=100n\n.end\n' },
  design: { r: 'e24(100, 100k)', c: 'log(1n, 1u)' },
  measure: { f: '1/(2*pi*r*c)', r0: 'r' },
  minimize: 'abs(log(f/2k))',
  constraints: ['r0 <= 10k'],
  tune: { sampler: 'sobol', budget: 100, atOnce: 16 },
};

/** An offset whose sigma falls with the area, as mismatch does: yield is bought by area, which is limited. */
const spread: StudyInput = {
  title: 'offset',
  deck: { text: 'offset\n.param w=1 l=1 z=0\n.end\n' },
  design: { w: '0.5..10', l: '0.5..10' },
  vary: { z: 'normal(0, 1)' },
  measure: { vos: '5*z/sqrt(w*l)', area: 'w*l' },
  specs: ['-2 < vos < 2'],
  maximize: 'yield',
  constraints: ['area < 16'],
  samples: 256,
  seed: 1,
  tune: { sampler: 'sobol', budget: 8000, atOnce: 8 },
};

const simulatedIn = async (location: string, kind: string, trials: readonly { trial: number }[]) => {
  let simulated = 0;
  for (const { trial } of trials) {
    const store = await openStore(`${location}/${kind}/${String(trial).padStart(6, '0')}`);
    if (!(await store.has('plan.json'))) continue;
    for (const session of (await openResults(store)).sessions) simulated += session.simulated;
  }
  return simulated;
};

describe('a search', () => {
  it('finds the filter of a wanted corner frequency among preferred resistors', async () => {
    const answer = await tune(optimize(filter), options('filter'));
    const [best] = answer.best;
    const [r, c] = best!.design;
    expect(best!.feasible).toBe(true);
    expect(r).toBeLessThanOrEqual(10_000);
    expect(Math.abs(1 / (2 * Math.PI * r! * c!) / 2000 - 1)).toBeLessThan(0.2);
    expect(answer.trials).toHaveLength(100);
    expect(answer.own).toMatchObject({ trial: 0, design: [1000, expect.closeTo(1e-7, 12)] });
    expect(answer.best[0]!.objectives[0]!.value).toBeLessThan(answer.own!.objectives[0]!.value);
    expect(await designDeck(answer.location, best!.trial)).toMatch(new RegExp(`^\\* r = ${r}`, 'm'));
  });

  it('buys yield with as much area as there is, gives bad designs few samples, and simulates the best again', async () => {
    const answer = await tune(optimize(spread), options('offset'));
    const [best] = answer.best;
    expect(best).toMatchObject({ confirmed: true, feasible: true, samples: 256 });
    // P(|5 z / sqrt(area)| < 2) with the largest area
    const estimate = best!.objectives[0]!;
    const area = best!.design[0]! * best!.design[1]!;
    const truth = 1 - 2 * (1 - 0.5 * (1 + erf((0.4 * Math.sqrt(area)) / Math.SQRT2)));
    expect(area).toBeGreaterThan(10);
    expect(estimate.low).toBeLessThan(truth);
    expect(estimate.high).toBeGreaterThan(truth);
    expect(estimate.high - estimate.low).toBeGreaterThan(0.01);
    const dropped = answer.trials.filter(({ samples }) => samples < 256);
    expect(dropped.length).toBeGreaterThan(answer.trials.length / 2);
    expect(answer.simulations.search + answer.simulations.confirm).toBeLessThanOrEqual(8000);
    expect(await simulatedIn(answer.location, 'trials', answer.trials)).toBe(answer.simulations.search);
    expect(await simulatedIn(answer.location, 'confirm', answer.trials)).toBe(answer.simulations.confirm);
  });

  it('goes on where it was interrupted, to the same answer, and simulates nothing twice', async () => {
    const study = optimize({ ...spread, tune: { ...spread.tune, budget: 4000 } });
    const whole = await tune(study, options('undisturbed'));
    const { location } = { location: join(folder, 'disturbed') };
    for (let times = 0; times < 3; times++) {
      let results = 0;
      const handle = await startTune(study, {
        ...options('disturbed'),
        onTune: (event) => {
          if (event.type === 'tune-result' && ++results === 5) handle.interrupt();
        },
      });
      expect((await handle.finished).complete).toBe(false);
    }
    const { answer, complete } = await (await resumeTune(location, undefined, formula)).finished;
    expect(complete).toBe(true);
    expect(answer.trials).toEqual(whole.trials);
    expect(answer.best).toEqual(whole.best);
    expect(await simulatedIn(location, 'trials', answer.trials)).toBe(answer.simulations.search);
  });

  it('decides the same whatever the number of workers', async () => {
    const study = optimize({ ...spread, tune: { ...spread.tune, budget: 3000 } });
    const one = await tune(study, { ...options('one'), workers: 1, chunk: 10 });
    const two = await tune(study, options('two'));
    expect(two.trials).toEqual(one.trials);
  });

  it('goes on with a larger budget', async () => {
    const first = await tune(
      optimize({ ...filter, tune: { ...filter.tune, budget: 20 } }),
      options('larger'),
    );
    const second = await tune(
      optimize({ ...filter, tune: { ...filter.tune, budget: 40 } }),
      options('larger'),
    );
    expect(second.trials.slice(0, 20)).toEqual(first.trials);
    expect(second.trials).toHaveLength(40);
  });

  it('counts the worst corner', async () => {
    const answer = await tune(
      optimize({
        ...filter,
        corners: { cold: 'k=1', hot: 'k=1.2' },
        deck: { text: 'RC\n.param r=1k c=100n k=1\n.end\n' },
        measure: { f: 'k/(2*pi*r*c)' },
        constraints: [],
        tune: { sampler: 'sobol', budget: 100 },
      }),
      options('corners'),
    );
    const { design, objectives } = answer.best[0]!;
    const f = 1 / (2 * Math.PI * design[0]! * design[1]!);
    // the best that can be is the geometric middle between the corners
    expect(Math.max(Math.abs(Math.log(f / 2000)), Math.abs(Math.log((1.2 * f) / 2000)))).toBeCloseTo(
      objectives[0]!.value,
      9,
    );
    expect(objectives[0]!.value).toBeLessThan(0.5);
    expect(answer.points).toHaveLength(2);
  });

  it('keeps a front of several objectives', async () => {
    const answer = await tune(
      optimize({
        deck: { text: 'two\n.param x=0.5 y=0.5\n.end\n' },
        design: { x: '0..1', y: '0..1' },
        measure: { a: 'x', b: '(1+y)*(1-sqrt(x/(1+y)))' },
        minimize: ['a', 'b'],
        tune: { sampler: 'sobol', budget: 32 },
      }),
      options('front'),
    );
    expect(answer.best.length).toBeGreaterThan(4);
    const second = answer.best.map(({ objectives }) => objectives[1]!.value);
    expect(second).toEqual([...second].sort((a, b) => b - a));
  });

  it('tries every design of a small space once, and then ends', async () => {
    const answer = await tune(
      optimize({
        ...filter,
        design: { r: 'choice(1k, 2k, 3k)', c: 'choice(1n, 10n)' },
        tune: { sampler: 'sobol', budget: 100 },
      }),
      options('small'),
    );
    expect(new Set(answer.trials.map(({ design }) => design.join())).size).toBe(6);
    expect(answer.trials).toHaveLength(6);
  });

  it('without a Python it takes Sobol points, and says what would be better', async () => {
    const notices: string[] = [];
    const { sampler: _, ...rest } = filter.tune!;
    const answer = await tune(optimize({ ...filter, tune: { ...rest, budget: 10 } }), {
      ...options('no-python'),
      python: join(folder, 'no-such-python'),
      onNotice: ({ message }) => notices.push(message),
    });
    expect(answer.sampler).toBe('sobol');
    expect(notices.join()).toMatch(/Sobol points.*Python/);
  });

  it.each([
    ['a figure that is not measured', { minimize: 'gian' }, /no measurement "gian"/],
    ['a yield without a spec', { maximize: 'yield' }, /no spec/],
    ['a target that is not there', { design: { q: '0..1' } }, /q/],
    ['a start outside the space', { tune: { sampler: 'sobol', start: [{ r: 1 }] } }, /outside its range/],
    [
      'a budget for no design',
      { vary: { c: 'normal(1%)' }, tune: { sampler: 'sobol', budget: 10 } },
      /too small/,
    ],
    ['a sampler that cannot be had', { tune: { sampler: 'tpe' } }, /cannot be run/],
  ] satisfies [string, Partial<StudyInput>, RegExp][])(
    '%s is an error that helps',
    async (name, change, why) => {
      const python = join(folder, 'no-such-python');
      await expect(tune(optimize({ ...filter, ...change }), { ...options(name), python })).rejects.toThrow(
        why,
      );
    },
  );

  it('another study into the same folder is refused', async () => {
    await expect(tune(optimize({ ...filter, minimize: 'f' }), options('filter'))).rejects.toThrow(
      /another study/,
    );
    expect((await readTuneAnswer(join(folder, 'filter'))).trials).toHaveLength(100);
    expect(JSON.parse(await readFile(join(folder, 'filter/tune.json'), 'utf8'))).toMatchObject({ format: 1 });
  });
});

/** Abramowitz & Stegun 7.1.26: good to 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - poly * Math.exp(-x * x);
}
