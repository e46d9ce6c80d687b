import { FormulaEngine } from '../../../src/engines/formula/index.ts';
import { planDocument } from '../../../src/plan/identity.ts';
import { createSampler } from '../../../src/plan/sampler.ts';
import type { PartPayload } from '../../../src/protocol/index.ts';
import { checksum, encodePart } from '../../../src/protocol/index.ts';
import type { Range } from '../../../src/run/coverage.ts';
import type { Mishap } from '../inline-backend.ts';
import { formulaPlan } from '../plans.ts';
import { chooser } from '../play.ts';

export const PLAN = formulaPlan();
export const PLAN_ID = planDocument(PLAN).id;
export const CIRCUITS = 12;
const HEALTHY_CIRCUITS = 4;

const DEEDS = ['crash', 'hang', 'hog', 'throw'] as const;
export type Deed = (typeof DEEDS)[number];

/** Which samples of a circuit harm their worker, and how. The first few circuits have none. */
export function deedsOf(circuit: number, wanted: number): ReadonlyMap<number, Deed> {
  const choose = chooser(circuit);
  const deeds = new Map<number, Deed>();
  const count = circuit < HEALTHY_CIRCUITS ? 0 : 1 + choose(3);
  for (let k = 0; k < count; k++) deeds.set(choose(Math.min(wanted, 60)), DEEDS[choose(DEEDS.length)]!);
  return deeds;
}

/** What a chunk comes to that has a harmful sample, `undefined` for one without. */
export function harm(deeds: ReadonlyMap<number, Deed>, chunk: Range): Mishap {
  for (let sample = chunk.start; sample < chunk.end; sample++) {
    const deed = deeds.get(sample);
    if (deed) return MISHAPS[deed](sample);
  }
  return undefined;
}

const MISHAPS: Readonly<Record<Deed, (sample: number) => Mishap>> = {
  crash: () => ({ type: 'lost', reason: 'crash', detail: 'exit code 139' }),
  hang: (sample) => ({
    type: 'failed',
    cause: 'timeout',
    error: { code: 'ENGINE_FAILED', message: 'over the time limit' },
    suspect: sample,
  }),
  hog: () => ({ type: 'lost', reason: 'memory', detail: 'out of memory' }),
  throw: () => ({ type: 'failed', cause: 'error', error: { code: 'ENGINE_FAILED', message: 'it threw' } }),
};

const sampler = createSampler(PLAN);
const engine = new FormulaEngine();
export const ENGINE = engine.identity;
await engine.load(PLAN);
const parts = new Map<string, Promise<PartPayload>>();

/** The part of some healthy samples, simulated once for all seeds. */
export function partOf({ start, end }: Range): Promise<PartPayload> {
  const name = `${start}-${end}`;
  let part = parts.get(name);
  if (!part) {
    part = simulated({ start, end });
    parts.set(name, part);
  }
  return part;
}

async function simulated(range: Range): Promise<PartPayload> {
  const batch = sampler.batch(range.start, range.end);
  const table = encodePart(PLAN, PLAN_ID, ENGINE, range, batch, await engine.run(batch));
  return { table, rows: batch.rows, seconds: 0.05 * batch.rows, checksum: checksum(table) };
}
