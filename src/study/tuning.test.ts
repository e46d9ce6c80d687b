import { describe, expect, it } from 'vitest';
import { parseDesignRange } from './design.ts';
import { parseConstraint, parseObjective } from './goal.ts';
import { optimize, type StudyInput } from './index.ts';

const base: StudyInput = {
  deck: { text: 'x\n.param a=1\n.end\n' },
  design: { a: '0..2' },
  minimize: 'y',
  measure: { y: 'a' },
};

describe('ranges of design variables', () => {
  it.each([
    ['1k..2k', { kind: 'continuous', low: 1000, high: 2000, log: false }],
    ['continuous(1k, 2k)', { kind: 'continuous', low: 1000, high: 2000, log: false }],
    ['log(1k, 100k)', { kind: 'continuous', low: 1000, high: 100_000, log: true }],
    ['integer(1, 8)', { kind: 'integer', low: 1, high: 8, log: false }],
    ['integer(1, 64, log)', { kind: 'integer', low: 1, high: 64, log: true }],
    ['grid(1, 2, 0.25)', { kind: 'grid', values: [1, 1.25, 1.5, 1.75, 2] }],
    ['choice(1k, 4.7k)', { kind: 'choice', values: [1000, 4700] }],
    ['e6(1k, 10k)', { kind: 'grid', values: [1000, 1500, 2200, 3300, 4700, 6800, 10_000] }],
  ])('%s', (text, range) => {
    expect(parseDesignRange(text)).toEqual(range);
  });

  it('preferred numbers of IEC 60063', () => {
    const values = (text: string) => (parseDesignRange(text) as { values: readonly number[] }).values;
    expect(values('e12(10, 99)')).toEqual([10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82]);
    expect(values('e96(100, 110)')).toEqual([100, 102, 105, 107, 110]);
    expect(values('e192(900, 940)')).toContain(920);
    expect(values('e24(1, 9.5)')).toHaveLength(24);
  });

  it.each([
    ['log(0, 1)', /above 0/],
    ['2..1', /lower end above/],
    ['grid(0, 1)', /needs a step/],
    ['choice(1)', /two values/],
    ['lgo(1, 2)', /no range "lgo"/],
    ['17', /no range of a design variable/],
  ])('%s is refused', (text, why) => {
    expect(() => parseDesignRange(text)).toThrow(why);
  });
});

describe('objectives and constraints', () => {
  it('a bare name is a mean, and worst is the end that the aim fears', () => {
    expect(parseObjective('power', 'minimize').statistics).toEqual([{ kind: 'mean', of: 'power' }]);
    expect(parseObjective('worst(gain)', 'maximize').statistics).toEqual([{ kind: 'min', of: 'gain' }]);
    expect(parseConstraint('worst(power) < 1m').statistics).toEqual([{ kind: 'max', of: 'power' }]);
  });

  it('an expression keeps its statistics apart, each once', () => {
    const { expression, statistics } = parseObjective('mean(p)*1000 + 3*sigma(vos) + p', 'minimize');
    expect(statistics).toEqual([
      { kind: 'mean', of: 'p' },
      { kind: 'sigma', of: 'vos' },
    ]);
    expect(expression.replace(/\s/g, '')).toBe('$0*1000+3*$1+$0');
  });

  it('functions of numbers stay functions', () => {
    expect(parseObjective('abs(mean(vos)) + max(a, b)', 'minimize').statistics).toHaveLength(3);
  });

  it('percentiles take shares', () => {
    expect(parseObjective('percentile(bw, 1%)', 'maximize').statistics).toEqual([
      { kind: 'percentile', of: 'bw', share: 0.01 },
    ]);
    expect(parseConstraint('percentile(bw, 99) > 1').statistics[0]).toMatchObject({ share: 0.99 });
  });

  it('a yield in percent', () => {
    expect(parseConstraint('yield >= 99.7%')).toMatchObject({ low: 0.997, statistics: [{ kind: 'yield' }] });
    expect(parseConstraint('yield(speed) > 0.9').statistics).toEqual([{ kind: 'yield', of: 'speed' }]);
  });

  it.each([
    [() => parseObjective('3', 'minimize'), /depends on no measurement/],
    [() => parseObjective('percentile(x, 100)', 'minimize'), /percentile between/],
    [() => parseConstraint('1 < worst(x) < 2'), /both sides/],
    [() => parseObjective('mean(', 'minimize'), /not understood/],
  ])('is refused (%#)', (read, why) => {
    expect(read).toThrow(why);
  });
});

describe('a study that chooses', () => {
  it('has defaults that a designer can live with', () => {
    expect(optimize(base).tuning).toMatchObject({ atOnce: 8, first: 32, factor: 4, confirm: 3, start: [] });
    expect(optimize({ ...base, vary: { a: 'normal(1%)' } }).samples).toBe(1024);
    expect(optimize({ ...base, tune: { earlyStopping: false } }).tuning).toMatchObject({ first: 0 });
  });

  it('says what it lacks', () => {
    expect(() => optimize({ ...base, minimize: undefined })).toThrow(/no aim/);
    expect(() => optimize({ ...base, design: undefined })).toThrow(/nothing to choose/);
    expect(() => optimize({ deck: base.deck })).toThrow(/nothing to choose/);
    expect(() => optimize({ ...base, tune: { sampler: 'tpa' } })).toThrow(/no sampler "tpa"/);
    expect(() => optimize({ ...base, tune: { sampler: 'cma-es' }, maximize: 'y' })).toThrow(/one objective/);
    expect(() => optimize({ ...base, design: ['a=0..1', 'A=0..2'] })).toThrow(/chosen twice/);
  });
});
