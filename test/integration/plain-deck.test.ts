import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Stream } from '../../src/plan/philox.ts';
import { plainDeck } from '../../src/plan/plain-deck.ts';
import { printExact, readsBack } from '../../src/plan/print-number.ts';
import { createSampler } from '../../src/plan/sampler.ts';
import { samplePlan } from '../sample-plan.ts';
import { hasNgspice } from './ngspice.ts';

const folder = mkdtempSync(join(tmpdir(), 'spicelab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function batch(deck: string) {
  const path = join(folder, 'deck.cir');
  writeFileSync(path, deck);
  return spawnSync('ngspice', ['-b', path], { encoding: 'utf8', maxBuffer: 1e8 });
}

describe.skipIf(!hasNgspice())('plain ngspice -b', () => {
  it('reads printed numbers back as the same doubles, in netlists and in alter', () => {
    const stream = new Stream(1, 'numbers', 'draw');
    const values = Array.from({ length: 400 }, (_, i) => {
      const exponent = Math.floor(stream.uniform(2 * i) * 30) - 15;
      return (1 + 9 * stream.uniform(2 * i + 1)) * 10 ** exponent;
    }).filter((value) => readsBack(printExact(value), value));
    const deck = [
      'numbers',
      'v1 1 0 1',
      'rc 1 0 1k',
      ...values.map((value, i) => `ra${i} 1 0 ${printExact(value)}`),
      '.control',
      'set numdgt=17',
      ...values.map((_, i) => `print @ra${i}[resistance]`),
      ...values.flatMap((value) => [`alter rc = ${printExact(value)}`, 'print @rc[resistance]']),
      'quit',
      '.endc',
      '.end',
    ].join('\n');
    const read = [...batch(deck).stdout.matchAll(/resistance\] = (\S+)/g)].map((match) => Number(match[1]));
    expect(values.length).toBeGreaterThan(380);
    expect(read).toEqual([...values, ...values]);
  });

  it('runs the deck of a sample to the bandwidth that R and C have in closed form', () => {
    const plan = samplePlan();
    const expression = 'when(vdb(out), -3)';
    plan.measurements.push({
      name: 'own',
      unit: 'Hz',
      source: { kind: 'vectors', analysis: 'ac', expression },
    });
    for (const sample of [0, 7]) {
      const { status, stdout } = batch(plainDeck(plan, sample));
      const figure = (name: string) => Number(new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(stdout)?.[1]);
      const bandwidth = figure('bw');
      expect(figure('own')).toBe(bandwidth);
      const [r, c] = createSampler(plan).batch(sample, sample + 1).values;
      const wanted = Math.sqrt(10 ** 0.3 - 1) / (2 * Math.PI * r! * (2 * c!));
      expect(status).toBe(0);
      // The simulator interpolates between 20 points per decade.
      expect(Math.abs(bandwidth / wanted - 1)).toBeLessThan(2e-3);
    }
  });
});
