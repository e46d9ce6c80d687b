import { describe, expect, it } from 'vitest';
import { sketchPlan } from '../../test/sketch-plan.ts';
import type { Engine, EngineKind } from '../engine.ts';
import { SpiceLabError } from '../errors/index.ts';
import { planDocument } from '../plan/identity.ts';
import { createSampler } from '../plan/sampler.ts';
import type { Batch, Table } from '../plan/table.ts';
import { checksum, decodePart } from '../protocol/index.ts';
import { Simulator } from './simulator.ts';

const plan = sketchPlan({ measure: { double: '2 * $0' } });
const document = planDocument(plan);
const request = { planId: document.id, plan: document.bytes, engine: 'doubler', options: {} };

/** Doubles the first variable; throws where it is told to. */
class Doubler implements Engine {
  readonly identity = { name: 'doubler', version: '1' };
  readonly log: string[];
  readonly failAt: Set<number>;

  constructor(log: string[], failAt: Set<number>) {
    this.log = log;
    this.failAt = failAt;
  }

  async load(): Promise<void> {
    this.log.push('load');
  }

  async run(batch: Batch): Promise<Table> {
    this.log.push(`run ${batch.samples[0]}`);
    if (this.failAt.delete(batch.samples[0]!)) throw new SpiceLabError('ENGINE_FAILED', 'told to fail');
    return {
      rows: batch.rows,
      columns: [batch.values.map((value) => 2 * value)],
      status: new Uint8Array(batch.rows),
      messages: new Map(),
      waveforms: [],
    };
  }

  async close(): Promise<void> {
    this.log.push('close');
  }
}

function simulatorOf(failAt: readonly number[] = []) {
  const log: string[] = [];
  const failures = new Set(failAt);
  const kind: EngineKind = {
    name: 'doubler',
    find: async () => undefined,
    open: async () => {
      log.push('open');
      return new Doubler(log, failures);
    },
  };
  return {
    log,
    simulator: new Simulator(
      async () => kind,
      () => undefined,
    ),
  };
}

describe('simulator', () => {
  it('turns a chunk into a part that can be verified', async () => {
    const { simulator } = simulatorOf();
    expect(await simulator.load(request)).toEqual({ name: 'doubler', version: '1' });
    const payload = await simulator.run({ id: 'c', start: 3, end: 6 });
    expect(payload.checksum).toBe(checksum(payload.table));
    const part = decodePart(payload.table, plan);
    expect(part).toMatchObject({ planId: document.id, range: { start: 3, end: 6 } });
    expect(part.columns.get('double')).toEqual(
      createSampler(plan)
        .batch(3, 6)
        .values.map((value) => 2 * value),
    );
  });

  it('keeps its engine for the next plan with the same options', async () => {
    const { simulator, log } = simulatorOf();
    await simulator.load(request);
    const other = planDocument(sketchPlan({ measure: { double: '2 * $0', triple: '3 * $0' } }));
    await simulator.load({ ...request, planId: other.id, plan: other.bytes });
    await simulator.load({ ...request, options: { path: 'elsewhere' } });
    expect(log).toEqual(['open', 'load', 'load', 'close', 'open', 'load']);
  });

  it('loads nothing anew for a plan whose values alone are others, and gives it its own values', async () => {
    const { simulator, log } = simulatorOf();
    await simulator.load(request);
    const other = planDocument({ ...plan, sampling: { method: 'random', seed: 99 } });
    await simulator.load({ ...request, planId: other.id, plan: other.bytes });
    const part = await simulator.run({ id: 'c', start: 0, end: 1 });
    expect(log).toEqual(['open', 'load', 'run 0']);
    expect(decodePart(part.table, plan).planId).toBe(other.id);
  });

  it('starts its engine anew after an error, so that one chunk cannot spoil the next', async () => {
    const { simulator, log } = simulatorOf([4]);
    await simulator.load(request);
    await expect(simulator.run({ id: 'c', start: 4, end: 5 })).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
    });
    await simulator.run({ id: 'd', start: 5, end: 6 });
    expect(log).toEqual(['open', 'load', 'run 4', 'close', 'open', 'load', 'run 5']);
  });

  it('refuses a plan that is not the one announced', async () => {
    const { simulator } = simulatorOf();
    await expect(simulator.load({ ...request, planId: 'other' })).rejects.toMatchObject({
      code: 'PLAN_INVALID',
    });
    await expect(simulator.load({ ...request, plan: new Uint8Array(9) })).rejects.toMatchObject({
      code: 'PLAN_INVALID',
    });
  });
});
