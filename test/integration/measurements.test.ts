import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compileMeasurement,
  type Plot,
  plotOfRaw,
  readRaw,
  writeRaw,
  writeRawAscii,
} from '../../src/waveform/index.ts';
import { hasNgspice } from './ngspice.ts';

/** Per analysis: ngspice's own measurement (what follows `meas ac NAME`) and ours of the same quantity. */
const PAIRS: Readonly<Record<'ac' | 'tran' | 'dc', readonly (readonly [theirs: string, ours: string])[]>> = {
  // a coarse logarithmic sweep, so that a wrong kind of interpolation shows
  ac: [
    ['when vdb(out)=-3.0103', 'when(vdb(out), -3.0103)'],
    ['when vdb(out)=-20 fall=1', 'when(vdb(out), -20, fall=1)'],
    ['find vdb(out) at=200k', 'at(vdb(out), 200k)'],
    ['find v(out) at=200k', 'at(real(v(out)), 200k)'],
    ['find vr(out) at=200k', 'at(vr(out), 200k)'],
    ['find vi(out) at=200k', 'at(vi(out), 200k)'],
    ['find vp(out) when vdb(out)=-3', 'at(vp(out), when(vdb(out), -3))*pi/180'],
    ['max vm(out)', 'max(vm(out))'],
    ['min vdb(out)', 'min(vdb(out))'],
    ['pp vdb(out)', 'pp(vdb(out))'],
    ['avg vm(out)', 'avg(vm(out))'],
    ['rms vm(out)', 'rms(vm(out))'],
    ['integ vm(out)', 'integral(vm(out))'],
    ['integ vm(out) from=10k to=1meg', 'integral(vm(out), from=10k, to=1meg)'],
    ['trig vdb(out) val=-3 fall=1 targ vdb(out) val=-20 fall=1', 'delay(vdb(out), -3, vdb(out), -20)'],
  ],
  tran: [
    ['when v(out)=0.5', 'when(v(out), 0.5)'],
    ['when v(out)=0.5 rise=2', 'when(v(out), 0.5, rise=2)'],
    ['when v(out)=0.5 cross=2', 'when(v(out), 0.5, cross=2)'],
    ['when v(out)=0.5 cross=last', 'when(v(out), 0.5, cross=last)'],
    ['when v(out)=0.5 fall=last', 'when(v(out), 0.5, fall=last)'],
    ['find v(out) at=2.0123u', 'at(v(out), 2.0123u)'],
    ['find i(v1) when v(out)=0.25 rise=1', 'at(i(v1), when(v(out), 0.25, rise=1))'],
    ['trig v(out) val=0.1 rise=1 targ v(out) val=0.9 rise=1', 'rise(v(out), base=0, top=1)'],
    ['trig v(out) val=0.8 fall=1 targ v(out) val=0.2 fall=1', 'fall(v(out), 20%, 80%, base=0, top=1)'],
    [
      'trig v(in) val=0.5 rise=1 targ v(out) val=0.5 fall=1',
      'delay(v(in), 0.5, v(out), 0.5, rise_a=1, fall_b=1)',
    ],
    ['trig v(in) val=0.5 rise=1 targ v(in) val=0.5 rise=2', 'period(v(in))'],
    ['max v(out)', 'max(v(out))'],
    ['min i(v1)', 'min(i(v1))'],
    ['max_at v(out)', 'max_at(v(out))'],
    ['pp v(out)', 'pp(v(out))'],
    ['avg v(out)', 'avg(v(out))'],
  ],
  dc: [
    ['when v(half)=0.2', 'when(v(half), 0.2)'],
    ['find i(v1) at=0.33', 'at(i(v1), 0.33)'],
    ['max v(half)', 'max(v(half))'],
  ],
};

const COMMANDS = { ac: 'ac dec 3 1k 10meg', tran: 'tran 0.2u 80u', dc: 'dc v1 0 1 0.25' };

describe.skipIf(!hasNgspice())('measurements equal ngspice’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-measurements-'));
  const plots = new Map<string, Plot>();
  const theirs = new Map<string, number>();

  beforeAll(() => {
    const lines = [
      '* rc low-pass',
      'v1 in 0 dc 0 ac 1 pulse(0 1 1u 1n 1n 20u 40u)',
      'r1 in out 1k',
      'c1 out 0 1n',
    ];
    lines.push('r2 in half 1k', 'r3 half 0 1k', '.control', 'set filetype=binary', 'set appendwrite');
    for (const kind of ['ac', 'tran', 'dc'] as const) {
      lines.push(
        COMMANDS[kind],
        'write out.raw',
        'set filetype=ascii',
        'write ascii.raw',
        'set filetype=binary',
      );
      PAIRS[kind].forEach(([command], k) => {
        lines.push(`meas ${kind} m${kind}${k} ${command}`);
      });
      if (kind === 'tran') lines.push('meas tran integral integ v(out)');
    }
    writeFileSync(join(folder, 'deck.cir'), [...lines, '.endc', '.end', ''].join('\n'));
    const output = run('deck.cir');
    for (const [, name, value] of output.matchAll(/^(m(?:ac|tran|dc)\d+|integral)\s+=\s+(\S+)/gm))
      theirs.set(name!, Number(value));
    for (const raw of readRaw(readFileSync(join(folder, 'out.raw')))) {
      const plot = plotOfRaw(raw)!;
      plots.set(plot.kind, plot);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(deck: string): string {
    const { stdout, stderr } = spawnSync('ngspice', ['-b', deck], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NGSPICE_MEAS_PRECISION: '14' },
    });
    return stdout + stderr;
  }

  for (const kind of ['ac', 'tran', 'dc'] as const) {
    it.each(PAIRS[kind].map(([command, ours], k) => [command, ours, k] as const))(
      `${kind}: %s`,
      (_, ours, k) => {
        const expected = theirs.get(`m${kind}${k}`);
        expect(expected).toBeDefined();
        const { value, problem } = compileMeasurement(ours).evaluate(plots.get(kind)!);
        expect(problem).toBeUndefined();
        expect(Math.abs(value - expected!)).toBeLessThanOrEqual(1e-6 * Math.abs(expected!));
      },
    );
  }

  it('integrates a transient better than meas, which is 1.6e-5 off the closed form here', () => {
    const { value } = compileMeasurement('integral(v(out))').evaluate(plots.get('tran')!);
    // two pulses of 20.001 Vµs through a unity-gain low-pass that is at rest at both ends
    expect(Math.abs(value / 40.002e-6 - 1)).toBeLessThan(1e-7);
    expect(Math.abs(theirs.get('integral')! / 40.002e-6 - 1)).toBeLessThan(1e-4);
  });

  it('ASCII raw files hold what binary ones do', () => {
    const binary = readRaw(readFileSync(join(folder, 'out.raw')));
    const ascii = readRaw(readFileSync(join(folder, 'ascii.raw')));
    expect(ascii.map((plot) => plot.name)).toEqual(binary.map((plot) => plot.name));
    ascii.forEach((plot, p) => {
      for (const { name, type, vector } of plot.variables) {
        const other = binary[p]!.variables.find((variable) => variable.name === name)!;
        expect(other.type).toBe(type);
        vector.re.forEach((x, k) => {
          expect(Math.abs(x - other.vector.re[k]!)).toBeLessThanOrEqual(1e-14 * Math.abs(x));
        });
      }
    });
  });

  it.each([
    ['binary', writeRaw],
    ['ASCII', writeRawAscii],
  ])('ngspice loads the %s raw files that we write', (name, write) => {
    const plot = readRaw(readFileSync(join(folder, 'out.raw'))).filter((raw) => raw.name === 'AC Analysis');
    writeFileSync(join(folder, `${name}.raw`), write(plot));
    writeFileSync(
      join(folder, `${name}.cir`),
      `* load\nr1 1 0 1\n.control\nset numdgt=15\nload ${name}.raw\nprint length(frequency) db(v(out))[3]\n.endc\n.end\n`,
    );
    const output = run(`${name}.cir`);
    expect(Number(/^length\(frequency\) = (\S+)/m.exec(output)?.[1])).toBe(13);
    const expected = compileMeasurement('at(vdb(out), 10k)').evaluate(plots.get('ac')!).value;
    expect(Number(/^db\(v\(out\)\)\[3\] = (\S+)/m.exec(output)?.[1])).toBeCloseTo(expected, 12);
  });
});
