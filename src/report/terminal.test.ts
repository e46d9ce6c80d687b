import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { type FakeResults, fakeResults, normalVariable } from '../../test/fakes/results.ts';
import type { Measurement, Spec, Variable } from '../plan/schema.ts';
import { statusCode } from '../plan/table.ts';
import { answer } from './answer.ts';
import { terminalSummary } from './terminal.ts';

const measurement = (name: string, unit: string): Measurement => ({
  name,
  unit,
  source: { kind: 'scalars', expression: '0' },
});
const specs: Spec[] = [
  { name: 'bw>1.4k', measurement: 'bw', low: 1400 },
  { name: 'bw<1.8k', measurement: 'bw', high: 1800 },
];
const n = 2000;

function monteCarlo(): FakeResults {
  const { normal } = seeded(1);
  const r1 = Float64Array.from({ length: n }, normal);
  const c1 = Float64Array.from({ length: n }, normal);
  const bw = r1.map((r, i) => 1591 * (1 + 0.02 * r + 0.06 * c1[i]!));
  const status = new Uint8Array(n);
  status[4] = statusCode('convergence');
  bw[4] = Number.NaN;
  return {
    plan: {
      title: 'RC low-pass',
      variables: [normalVariable('R1', 0, 1, 'Ω'), normalVariable('C1')],
      measurements: [measurement('bw', 'Hz'), measurement('delay', 'µs')],
      specs,
    },
    columns: { R1: r1, C1: c1, bw, delay: bw.map((x) => 1e3 / x) },
    status,
    messages: new Map([[4, `no convergence at node out ${'and so on '.repeat(40)}`]]),
    wanted: 5000,
    sessions: [
      {
        started: '2026-01-01T00:00:00Z',
        ended: '2026-01-01T00:00:04Z',
        host: 'here',
        backend: 'local',
        engine: { name: 'formula', version: '1' },
        workers: 2,
        simulated: n,
        busySeconds: 7,
        outcome: { kind: 'enough', samples: n, rule: 'yield +-0.5%' },
      },
    ],
  };
}

async function summary(fake: FakeResults, color: boolean, width = 100): Promise<string> {
  const results = fakeResults(fake);
  return terminalSummary(results, await answer(results), { color, width });
}

const plain = (text: string): string => text.replace(/\u001b\[\d+m/g, '');

describe('terminal summary of a Monte Carlo', () => {
  let text = '';
  beforeAll(async () => {
    text = await summary(monteCarlo(), true);
  });

  it('says what ran, where, how long and why it stopped', () => {
    const told = plain(text);
    expect(told).toContain('RC low-pass');
    expect(told).toContain('2,000 samples of 5,000, 1 failed (1 convergence), formula 1');
    expect(told).toContain('local with 2 workers, 4 s, 500 samples/s');
    expect(told).toContain('enough: yield +-0.5% holds after 2,000 samples');
  });

  it('tells measurements in engineering units with their interval', () => {
    expect(plain(text)).toMatch(
      /bw +1,999 +1\.59\d+ kHz ± \d\.\d Hz +\d+(\.\d+)? Hz +1\.\d+ kHz +\d\.\d+ kHz +0\.\d\d/,
    );
  });

  it('counts yields both ways, with intervals', () => {
    expect(plain(text)).toMatch(
      /overall +\d+\.\d % \(\d+\.\d to \d+\.\d\) +1,\d+ of 2,000 +\d+\.\d % \(\d+\.\d to \d+\.\d\)/,
    );
    expect(plain(text)).toContain('Clopper-Pearson 1934');
  });

  it('marks the limits on the histogram', () => {
    const lines = plain(text).split('\n');
    const labels = lines.findIndex(
      (line) => line.includes('1.4 kHz') && line.includes('1.8 kHz') && !line.includes('%'),
    );
    const axis = lines[labels - 1]!;
    expect([...axis].filter((character) => character === '┃')).toHaveLength(2);
    const mark = axis.indexOf('┃');
    const label = lines[labels]!.indexOf('1.4 kHz');
    expect(mark).toBeGreaterThanOrEqual(label);
    expect(mark).toBeLessThan(label + '1.4 kHz'.length);
  });

  it('puts the largest contributor first', () => {
    const told = plain(text);
    expect(told).toMatch(/C1 +█+ +[89]\d\.\d %/);
    expect(told.indexOf('C1  █')).toBeLessThan(told.indexOf('R1  █'));
  });

  it('says how to run the worst sample again and where the files are', () => {
    expect(plain(text)).toContain('convergence: no convergence at node out');
    expect(plain(text)).toMatch(/bw = .*, \d\.\d+ sigma beyond bw[<>]1\.[48]k/);
    expect(plain(text)).toContain('spicelab show runs/fake --sample 4 --deck');
    expect(plain(text)).toContain('spicelab export runs/fake');
  });

  it('is ASCII without colour', async () => {
    const bare = await summary(monteCarlo(), false);
    expect(bare).toMatch(/^[\n -~]*$/);
    expect(bare).toContain('+- ');
    expect(bare).toContain('us');
  });

  it('writes a root in ASCII as one, not as a question', async () => {
    const noise = {
      plan: { measurements: [measurement('noise', 'V/√Hz')] },
      columns: { noise: [1e-9, 2e-9, 3e-9] },
    };
    expect(await summary(noise, false)).toContain('nV/rtHz');
  });

  it.each([60, 80, 100, 160])('stays within %i columns', async (width) => {
    for (const color of [true, false])
      for (const line of plain(await summary(monteCarlo(), color, width)).split('\n'))
        expect([...line].length, line).toBeLessThanOrEqual(width);
  });
});

describe('terminal summary of other runs', () => {
  const corner: Variable = {
    name: 'corner',
    unit: '',
    nominal: 0,
    labels: ['tt', 'ff'],
    source: { kind: 'axis', axis: 0 },
  };
  const axes = [{ name: 'corner', length: 2, columns: [{ variable: 0, values: [0, 1] }] }];

  it('tells a sweep without pretending that anything is uncertain', async () => {
    const text = await summary(
      { plan: { variables: [corner], axes }, columns: { corner: [0, 1], y: [1, 3] } },
      false,
    );
    expect(text).toContain('2 samples, none failed');
    expect(text).not.toContain('+-');
    expect(text).not.toContain('sigma');
    expect(text).not.toContain('Contributors');
  });

  it('tells every corner of a Monte Carlo over corners', async () => {
    const { normal } = seeded(2);
    const r1 = Float64Array.from({ length: 400 }, normal);
    const corners = r1.map((_, i) => i % 2);
    const text = await summary(
      {
        plan: {
          variables: [corner, normalVariable('r1')],
          axes,
          specs: [{ name: 'y>0', measurement: 'y', low: 0 }],
        },
        columns: { corner: corners, r1, y: r1.map((r, i) => 2 + r + 5 * corners[i]!) },
      },
      false,
    );
    expect(text).toMatch(/corner=tt +9\d\.\d % \(/);
    expect(text).toMatch(/corner=ff +100\.0 % \(/);
    expect(text).toMatch(/corner +#+ +\d+\.\d % +2\.5\d? between labels/);
    // each corner has a line of its own over one axis: the second one's values lie further up
    const [, first, second] = /\n {2}corner=tt {2}(.*)\n {2}corner=ff {2}(.*)\n +[-|]+\n/.exec(text) ?? [];
    expect(first!.search(/\S/)).toBeLessThan(second!.search(/\S/));
    expect(first!.trimEnd().length).toBeLessThan(second!.trimEnd().length);
    // Sample numbers alone do not tell a designer at which corner it was.
    expect(text).toMatch(/Worst samples\n +\d*[02468] {2}corner=tt: y = -/);
  });

  it('has something to say about a run in which every sample failed', async () => {
    const failed = statusCode('analysis');
    const text = await summary(
      {
        plan: { variables: [normalVariable('r1')], specs },
        columns: { r1: [1, 2], bw: [Number.NaN, Number.NaN] },
        status: [failed, failed],
      },
      false,
    );
    expect(text).toContain('2 failed (2 analysis)');
    expect(text).toMatch(/overall +0\.0 % \(0\.0 to 84\.2\)/);
    expect(text).not.toContain('NaN');
  });

  it('values that hardly differ are told with the digits in which they do', async () => {
    const y = Float64Array.from({ length: 100 }, (_, i) => 4.9937 + 4e-6 * i);
    const plan = { variables: [normalVariable('r1')], measurements: [measurement('y', 'V')] };
    const text = await summary({ plan, columns: { r1: y, y } }, false);
    expect(text).toMatch(/ 4\.9937 V +4\.9940?96 V\n/);
  });

  it('by point, measurements with a spec come first', async () => {
    const r1 = Float64Array.from({ length: 40 }, (_, i) => i % 7);
    const at = r1.map((_, i) => i % 2);
    const text = await summary(
      {
        plan: {
          variables: [corner, normalVariable('r1')],
          axes,
          measurements: [measurement('gain', 'dB'), measurement('pm', 'deg')],
          specs: [{ name: 'pm>60', measurement: 'pm', low: 60 }],
        },
        columns: { corner: at, r1, gain: r1, pm: r1.map((r) => 70 + r) },
      },
      false,
      80,
    );
    expect(text).toMatch(/By point\n +yield +pm/);
  });

  it('an interrupted run says what to type to go on', async () => {
    const fake = monteCarlo();
    const sessions = fake.sessions!.map((session) => ({
      ...session,
      outcome: { kind: 'interrupted' as const },
    }));
    const results = { ...fakeResults({ ...fake, sessions }), location: 'runs/rc' };
    const text = terminalSummary(results, await answer(results), { color: false, width: 100 });
    expect(text).toContain('interrupted: spicelab resume runs/rc goes on');
  });

  it('quotes a folder with a space', async () => {
    const results = fakeResults(monteCarlo());
    const text = terminalSummary({ ...results, location: "my run's" }, await answer(results), {
      color: false,
      width: 80,
    });
    expect(text).toContain(`spicelab report 'my run'\\''s'`);
  });
});
