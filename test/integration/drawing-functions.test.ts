import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../src/expression/index.ts';
import { drawForm } from '../../src/netlist/index.ts';
import { quantileFunction } from '../../src/plan/quantile.ts';
import { kolmogorovSmirnov } from './kolmogorov.ts';
import { hasNgspice } from './ngspice.ts';

const DRAWS = 800;
const GRID = 20_000;

/** What ngspice makes of an expression on the lines of that many resistors, in one load of the deck. */
function resistances(
  expression: string,
  count: number,
  behaviour = 'all',
): { values: number[]; said: string } {
  const names = Array.from({ length: count }, (_, i) => `r${i}`);
  const deck = ['drawn', 'v1 1 0 1', ...names.map((name) => `${name} 1 0 {${expression}}`), '.end'];
  const control = [
    '*',
    '.control',
    `set ngbehavior=${behaviour}`,
    'setseed 7',
    'source deck.cir',
    'op',
    'set numdgt=12',
  ];
  const prints = names.map((name) => `print @${name}[resistance]`);
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-functions-'));
  try {
    writeFileSync(join(folder, 'deck.cir'), deck.join('\n'));
    writeFileSync(join(folder, 'control.cir'), [...control, ...prints, 'quit', '.endc', '.end'].join('\n'));
    const { stdout, stderr } = spawnSync('ngspice', ['-b', 'control.cir'], { cwd: folder, encoding: 'utf8' });
    const values = [...stdout.matchAll(/^@r\d+\[resistance\]\s*=\s*(\S+)/gm)].map((match) =>
      Number(match[1]),
    );
    return { values, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function formOf(call: string) {
  const node = parseExpression(call);
  if (node.kind !== 'call') throw new Error(call);
  return drawForm(
    node.name,
    node.args.map(({ value }) => value),
  );
}

describe.skipIf(!hasNgspice())('statistical functions, drawn by ngspice itself', () => {
  it.each([
    'agauss(1000, 90, 3)',
    'gauss(1000, 0.12, 2)',
    'gauss(1, 3, 3)',
    'aunif(1000, 80)',
    'unif(1000, 0.1)',
    'limit(1000, 70)',
    'limit(5, 4)',
  ])('%s has the distribution that it has here', (call) => {
    const { values } = resistances(call, DRAWS);
    expect(values).toHaveLength(DRAWS);
    const { distribution } = formOf(call);
    const { ofUniform } = quantileFunction(distribution);
    const ours = Array.from({ length: GRID }, (_, i) => ofUniform((i + 0.5) / GRID));
    expect(kolmogorovSmirnov(values, ours)).toBeGreaterThan(1e-3);
    if (distribution.kind === 'discrete') {
      expect([...new Set(values)].sort((a, b) => a - b)).toEqual(distribution.values);
    }
    if (distribution.kind === 'uniform') {
      expect(Math.min(...values)).toBeGreaterThanOrEqual(distribution.low);
      expect(Math.max(...values)).toBeLessThanOrEqual(distribution.high);
    }
  });

  it('a variation below zero mirrors what is drawn, and a nominal value of zero has no relative variation', () => {
    const [up, down] = ['aunif(1000, 80)', 'aunif(1000, -80)'].map((call) => resistances(call, 20).values);
    up!.forEach((value, i) => {
      expect(value - 1000).toBeCloseTo(1000 - down![i]!, 6);
    });
    expect(new Set(resistances('gauss(0, 0.1, 1)+5', 5).values)).toEqual(new Set([5]));
  });

  it('what is refused here, ngspice takes for something else or fails at', () => {
    // a missing argument counts as 1 or 0, a superfluous one displaces another
    expect(new Set(resistances('agauss(1000, 90)', 5).values)).toEqual(new Set([1000]));
    expect(new Set(resistances('gauss(1000)', 5).values)).toEqual(new Set([1]));
    expect(resistances('agauss(1000, 90, 0)', 1).said).toMatch(/unknown parameter \(-?inf\)/);
    expect(resistances('mc(1000, 0.1)', 1).said).toMatch(/Undefined parameter \[mc\]/);
  });

  it('limit of three arguments draws in its own mode and is a clamp in those for LTspice and PSpice', () => {
    expect(new Set(resistances('limit(3, 0.1, 2)', 40).values)).toEqual(new Set([1, 5]));
    for (const behaviour of ['ltpsa', 'psa']) {
      expect(resistances('limit(3, 0.1, 2)', 3, behaviour).values).toEqual([2, 2, 2]);
      expect(resistances('limit(3, 0.1)', 1, behaviour).said).toContain('parameter mismatch');
    }
  });
});
