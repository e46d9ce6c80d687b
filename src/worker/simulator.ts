import type { Engine, EngineKind, EngineOptions, ReportProgress } from '../engine.ts';
import { SpiceLabError } from '../errors/index.ts';
import { canonicalJson } from '../plan/canonical.ts';
import { planId, readPlan } from '../plan/identity.ts';
import { createSampler, type Sampler } from '../plan/sampler.ts';
import type { Plan } from '../plan/schema.ts';
import { type Chunk, checksum, encodePart, encodeWaveforms, type PartPayload } from '../protocol/index.ts';
import { monotonicSeconds } from './progress.ts';

/** A plan's document and the engine to load it into. */
export interface LoadRequest {
  readonly planId: string;
  readonly plan: Uint8Array;
  readonly engine: string;
  readonly options: EngineOptions;
}

interface Loaded {
  readonly engine: Engine;
  readonly plan: Plan;
  readonly sampler: Sampler;
}

/** One engine and the plan in it: chunks in, parts out. */
export class Simulator {
  readonly #findEngine: (name: string) => Promise<EngineKind>;
  readonly #report: ReportProgress;
  #request: LoadRequest | undefined;
  #engine: { readonly key: string; readonly engine: Engine } | undefined;
  /** What the engine has loaded. */
  #circuit: string | undefined;
  #loaded: Loaded | undefined;

  constructor(findEngine: (name: string) => Promise<EngineKind>, report: ReportProgress) {
    this.#findEngine = findEngine;
    this.#report = report;
  }

  /** @throws SpiceLabError when the plan is no plan, or the engine is not there or refuses it. */
  async load(request: LoadRequest): Promise<Engine['identity']> {
    this.#request = request;
    this.#loaded = undefined;
    const plan = readPlan(request.plan);
    const found = planId(request.plan);
    if (found !== request.planId)
      throw new SpiceLabError('PLAN_INVALID', `the plan is ${found}, not ${request.planId} as announced`);
    const engine = await this.#open(request);
    try {
      const circuit = circuitOf(plan);
      // designs of one search differ in what is sampled alone
      if (this.#circuit !== circuit) await engine.load(plan);
      this.#circuit = circuit;
      this.#loaded = { engine, plan, sampler: createSampler(plan) };
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
    return engine.identity;
  }

  /**
   * Simulates a chunk of the loaded plan. After an error the engine is started anew for the next chunk.
   * @throws SpiceLabError
   */
  async run(chunk: Chunk): Promise<PartPayload> {
    const request = this.#request;
    if (!request) throw new SpiceLabError('PROTOCOL_INVALID', 'a chunk came before its plan');
    if (!this.#loaded) await this.load(request);
    const loaded = this.#loaded!;
    try {
      return await simulate(loaded, request.planId, chunk, this.#report);
    } catch (thrown) {
      this.#loaded = undefined;
      await this.close();
      throw thrown;
    }
  }

  async close(): Promise<void> {
    const open = this.#engine;
    this.#engine = undefined;
    this.#circuit = undefined;
    this.#loaded = undefined;
    await open?.engine.close();
  }

  async #open({ engine: name, options }: LoadRequest): Promise<Engine> {
    const key = JSON.stringify([name, options]);
    if (this.#engine?.key === key) return this.#engine.engine;
    await this.close();
    const kind = await this.#findEngine(name);
    const engine = await kind.open(options);
    this.#engine = { key, engine };
    return engine;
  }
}

/** All of a plan that an engine reads: not which values its variables take, nor what is made of the results. */
function circuitOf({
  axes: _,
  sampling: __,
  correlations: ___,
  specs: ____,
  title: _____,
  ...circuit
}: Plan): string {
  return canonicalJson(circuit);
}

async function simulate(
  { engine, plan, sampler }: Loaded,
  planName: string,
  chunk: Chunk,
  report: ReportProgress,
): Promise<PartPayload> {
  const range = { start: chunk.start, end: chunk.end };
  const began = monotonicSeconds();
  const batch = sampler.batch(range.start, range.end);
  const answer = await engine.run(batch, report);
  const seconds = monotonicSeconds() - began;
  const table = encodePart(plan, planName, engine.identity, range, batch, answer);
  const payload = { table, rows: batch.rows, seconds, checksum: checksum(table) };
  if (plan.waveforms.length === 0) return payload;
  const waveforms = encodeWaveforms(planName, range, answer.waveforms);
  return { ...payload, waveforms, waveformChecksum: checksum(waveforms) };
}
