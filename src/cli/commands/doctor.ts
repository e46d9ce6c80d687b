import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKENDS, physicalCores } from '../../backends/index.ts';
import type { EngineKind } from '../../engine.ts';
import { ENGINES } from '../../engines/index.ts';
import { describeError, toSpiceLabError } from '../../errors/index.ts';
import { simulate } from '../../simulate/index.ts';
import { study } from '../../study/index.ts';
import { VERSION } from '../../version.ts';
import { EXIT } from '../errors.ts';
import type { Streams } from '../streams.ts';

const SAMPLES = 8;
const DECK =
  'Doctor: an RC low-pass\nV1 in 0 dc 0 ac 1\nR1 in out 1k\nC1 out 0 100n\n.ac dec 20 10 100k\n.end\n';
const BANDWIDTH = 1 / (2 * Math.PI * 1000 * 100e-9);
const TOLERANCE = 0.02;

/** Says what this installation can use, and proves each simulator by a run of its own. Exit code 1 when none works. */
export async function doctor(streams: Streams): Promise<number> {
  const { stdout, colors } = streams;
  stdout.write(
    `spicelab ${VERSION}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${physicalCores()} physical cores\n\n`,
  );
  const works: string[] = [];
  for (const kind of ENGINES) {
    const found = await kind.find({});
    if (!found) {
      stdout.write(`${colors.dim('–')} ${kind.name.padEnd(12)} not found${remedyFor(kind.name)}\n`);
      continue;
    }
    const verdict = await prove(kind);
    if (verdict.ok) works.push(kind.name);
    stdout.write(
      `${verdict.ok ? colors.green('✓') : colors.red('✗')} ${kind.name.padEnd(12)} ${[found.version ?? verdict.version, verdict.text].filter(Boolean).join(' ')}\n  ${colors.dim(found.where)}\n`,
    );
  }
  for (const { name, examine } of BACKENDS) {
    const verdict = await examine?.();
    if (!verdict) continue;
    const mark = verdict.found ? colors.green('✓') : colors.dim('–');
    stdout.write(`${mark} ${`--on ${name}`.padEnd(12)} ${verdict.text}\n`);
    if (verdict.where) stdout.write(`  ${colors.dim(verdict.where)}\n`);
  }
  const simulators = works.filter((name) => name !== 'formula');
  if (simulators.length === 0) {
    stdout.write(
      '\nNo simulator works here. The embedded one needs nothing but this package: install it again.\n',
    );
    return EXIT.failed;
  }
  stdout.write(`\nStudies use ${simulators[0]} unless --engine says otherwise.\n`);
  return EXIT.ok;
}

const INSTALL: Readonly<Record<string, string>> = {
  libngspice:
    ' (several times faster than wasm; Debian: apt-get install libngspice0, macOS: brew install libngspice)',
  ngspice: ' (only needed to compare with: Debian: apt-get install ngspice)',
};
const remedyFor = (name: string): string => INSTALL[name] ?? '';

/** A Monte Carlo of a filter with a known answer, through workers and parts as any run. */
async function prove(
  kind: EngineKind,
): Promise<{ readonly ok: boolean; readonly text: string; readonly version?: string | undefined }> {
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-doctor-'));
  const started = performance.now();
  try {
    const isFormula = kind.name === 'formula';
    const input = isFormula
      ? {
          deck: { text: 'Doctor: a formula\n.param r=1k c=100n\n.end\n' },
          vary: { r: 'uniform(1%)' },
          measure: { bw: '1/(2*pi*r*c)' },
        }
      : { deck: { text: DECK }, vary: { R1: 'uniform(1%)' }, measure: { bw: 'when(vdb(out), -3)' } };
    const { results } = await simulate(study({ ...input, samples: SAMPLES }), {
      out: join(folder, 'run'),
      engine: kind.name,
      workers: 1,
    });
    const values = await results.column('bw');
    const good =
      values.length === SAMPLES && values.every((value) => Math.abs(value / BANDWIDTH - 1) < TOLERANCE);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return good
      ? { ok: true, text: `works (${seconds} s for a first run)`, version: results.engine?.version }
      : { ok: false, text: `gives wrong figures: ${[...values].join(', ')}` };
  } catch (thrown) {
    return { ok: false, text: describeError(toSpiceLabError(thrown)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
