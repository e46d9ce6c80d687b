import { totalmem } from 'node:os';
import { type SerializedError, SpiceLabError, toSpiceLabError } from '../../errors/index.ts';
import { type AcceptedJob, type Task, type WorkerFacts, workerFile } from '../common/index.ts';
import type { BackendOptions } from '../kind.ts';
import { BridgeProcess } from './bridge-process.ts';
import { type Bundle, embeddedBundle, nativeBundle } from './bundle.ts';
import {
  BRIDGE_PROTOCOL,
  type ChunkOrder,
  type ClusterOptions,
  type FromBridge,
  type Opened,
  type Said,
} from './messages.ts';
import { choosePython } from './python.ts';

export interface DispatcherOptions {
  /** Of cluster, as the bridge calls it: `dask`. */
  readonly kind: string;
  readonly cluster: ClusterOptions;
  readonly options: BackendOptions;
  /** Environment variables for the bridge. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A chunk that is with the bridge. */
interface Flight {
  readonly task: Task;
  worker?: WorkerFacts;
}

/** Chunks that are with the bridge per slot: one runs, one waits with the scheduler. */
const AHEAD = 2;
const CLOSE_MILLISECONDS = 15_000;
/** Deaths in a row without a part: of workers that load a plan, of bridges. */
const MOST_DEATHS = 3;
const SAMPLE_SECONDS = 60;
const RECYCLE_SHARE = 0.6;
const MEMORY_SHARE = 0.8;
const LEAST_MEMORY = 2 ** 30;

/** Gives the bridge as many chunks as the cluster can take, and passes on what becomes of them. */
export class Dispatcher {
  /** Rejects with what is missing. */
  readonly opened: Promise<void>;
  slots = 0;
  dashboard: string | undefined;
  /** Why nothing more can be done. */
  broken: SerializedError | undefined;
  readonly #options: DispatcherOptions;
  readonly #workerFile: string;
  readonly #jobs = new Set<AcceptedJob>();
  readonly #flights = new Map<string, Flight>();
  readonly #sent = new Set<string>();
  readonly #bundles = new Map<boolean, Promise<Bundle>>();
  readonly #deaths = new Map<string, number>();
  #hosts: Opened['hosts'] = [];
  #bridge: BridgeProcess | undefined;
  #bridgeDeaths = 0;
  #isOpen = false;
  #closed = false;
  #settle: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#workerFile = options.options.workerFile ?? workerFile();
    this.opened = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#start();
  }

  /** Whether others own the cluster, who may take machines away. */
  get foreign(): boolean {
    const { address, schedulerFile } = this.#options.cluster;
    return address !== undefined || schedulerFile !== undefined;
  }

  get engines(): readonly string[] {
    const [first, ...others] = this.#hosts;
    return (first?.engines ?? []).filter((name) => others.every(({ engines }) => engines.includes(name)));
  }

  add(job: AcceptedJob): void {
    if (job.ended) return;
    this.#jobs.add(job);
    this.advance();
  }

  cancel(job: AcceptedJob): void {
    job.abandon('cancelled');
    const chunks = [...this.#flights].filter(([, { task }]) => task.job === job).map(([chunk]) => chunk);
    if (chunks.length > 0) this.#bridge?.send({ type: 'cancel', chunks });
    this.advance();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#bridge?.close(CLOSE_MILLISECONDS);
  }

  /** Sends what there is room for. */
  advance(): void {
    if (this.#closed || this.broken || !this.#bridge || this.slots === 0) return;
    for (const job of this.#jobs) {
      if (job.ended) this.#jobs.delete(job);
      const tasks: Task[] = [];
      while (job.ready && this.#flights.size < AHEAD * this.slots) {
        const task = job.waiting.shift()!;
        this.#flights.set(task.chunk.id, { task });
        tasks.push(task);
      }
      if (tasks.length > 0) void this.#send(job, tasks, this.#bridge);
    }
  }

  #start(): void {
    const { kind, settings, options } = this.#options;
    this.#sent.clear();
    const bridge = new BridgeProcess(choosePython(options.python), kind, settings, {
      message: (message, payloads) => this.#heard(message, payloads),
      ended: (why) => this.#gone(why),
    });
    this.#bridge = bridge;
    void this.#bundle(false).then(
      ({ id, files, packed }) => {
        this.#sent.add(id);
        const { cluster } = this.#options;
        bridge.send({ type: 'open', protocol: BRIDGE_PROTOCOL, options: cluster, bundle: id, files }, [
          packed,
        ]);
      },
      (thrown: Error) => this.#settle?.reject(thrown),
    );
  }

  #bundle(embedded: boolean): Promise<Bundle> {
    const known = this.#bundles.get(embedded);
    const bundle = known ?? (embedded ? embeddedBundle(this.#workerFile) : nativeBundle(this.#workerFile));
    this.#bundles.set(embedded, bundle);
    return bundle;
  }

  /** What the bridge needs for these chunks goes before them, once. */
  async #send(job: AcceptedJob, tasks: readonly Task[], bridge: BridgeProcess): Promise<void> {
    const { plan, engine } = job.request;
    let bundle: Bundle;
    try {
      bundle = await this.#bundle(engine.name === 'wasm');
    } catch (thrown) {
      for (const { chunk } of tasks) this.#flights.delete(chunk.id);
      this.#refuse(job, tasks, toSpiceLabError(thrown).toJSON());
      return;
    }
    if (bridge !== this.#bridge) {
      this.#takeBack(tasks);
      return;
    }
    if (this.#isNew(bundle.id))
      bridge.send({ type: 'bundle', bundle: bundle.id, files: bundle.files }, [bundle.packed]);
    if (this.#isNew(plan.id)) bridge.send({ type: 'plan', planId: plan.id }, [plan.bytes]);
    bridge.send({ type: 'submit', orders: tasks.map((task) => this.#order(task, bundle.id)) });
  }

  #isNew(id: string): boolean {
    const isNew = !this.#sent.has(id);
    this.#sent.add(id);
    return isNew;
  }

  #order({ chunk, job }: Task, bundle: string): ChunkOrder {
    const { plan, engine } = job.request;
    const memory = this.#options.options.workerMemory ?? this.#memoryShare();
    const { path, ...options } = engine.options;
    return {
      bundle,
      planId: plan.id,
      order: {
        chunk: chunk.id,
        load_key: job.key,
        load: {
          type: 'load',
          planId: plan.id,
          engine: engine.name,
          // a path is for this machine only
          options: this.foreign || path === undefined ? options : { path, ...options },
          sampleSeconds: engine.options.sampleSeconds ?? SAMPLE_SECONDS,
          memory: { recycle: RECYCLE_SHARE * memory, limit: memory },
        },
        run: { type: 'run', chunk },
      },
    };
  }

  /** A fair share of the smallest host's memory for each of its slots. */
  #memoryShare(): number {
    const slots = new Map<string, number>();
    for (const { host, slots: count } of this.#hosts) slots.set(host, (slots.get(host) ?? 0) + count);
    const shares = this.#hosts.map(
      ({ host, memory }) => (MEMORY_SHARE * (memory || totalmem())) / Math.max(1, slots.get(host) ?? 1),
    );
    return Math.max(LEAST_MEMORY, Math.floor(Math.min(...shares, MEMORY_SHARE * totalmem())));
  }

  #heard(message: FromBridge, payloads: readonly Uint8Array[]): void {
    switch (message.type) {
      case 'opened':
        this.#isOpen = true;
        this.slots = message.slots;
        this.#hosts = message.hosts;
        this.dashboard = message.dashboard ?? undefined;
        this.#settle?.resolve();
        break;
      case 'said':
        this.#said(message, payloads);
        break;
      case 'lost':
        this.#lost(message);
        break;
      case 'slots':
        this.slots = message.count;
        break;
      case 'refused':
        this.#breakDown(message.error);
        break;
      case 'gone':
        this.#breakDown({
          code: 'BACKEND_UNUSABLE',
          message: message.reason,
          remedy: 'Start it again, then go on with `spicelab resume`.',
        });
        break;
    }
    this.advance();
  }

  #said({ chunk, worker, host, engine, message }: Said, payloads: readonly Uint8Array[]): void {
    const flight = this.#flights.get(chunk);
    if (!flight) return;
    const { job } = flight.task;
    const facts = { name: worker, host, engine: engine ?? undefined };
    flight.worker = facts;
    if (message.type === 'refused') {
      this.#flights.delete(chunk);
      this.#refuse(job, [flight.task], onHost(message.error, host));
      return;
    }
    job.workerUp(facts);
    if (message.type === 'part' || message.type === 'failed') {
      this.#flights.delete(chunk);
      this.#deaths.delete(job.key);
      this.#bridgeDeaths = 0;
    }
    job.hear(message, payloads, facts);
  }

  #lost({ chunk, reason, detail, started }: Extract<FromBridge, { type: 'lost' }>): void {
    const flight = this.#flights.get(chunk);
    if (!flight) return;
    this.#flights.delete(chunk);
    const { task, worker } = flight;
    if (worker) task.job.workerDown(worker, detail || reason);
    if (started) {
      task.job.end({ type: 'lost', chunk, reason, detail });
      return;
    }
    if (reason === 'crash' && this.#unborn(task.job.key)) this.#refuse(task.job, [task], hopeless(detail));
    else task.job.giveBack(task);
  }

  /** Counts workers that die before they begin; `true` when it was one too many in a row. */
  #unborn(key: string): boolean {
    const deaths = (this.#deaths.get(key) ?? 0) + 1;
    this.#deaths.set(key, deaths);
    return deaths >= MOST_DEATHS;
  }

  #refuse(job: AcceptedJob, tasks: readonly Task[], error: SerializedError): void {
    for (const { chunk } of tasks) job.end({ type: 'failed', chunk: chunk.id, cause: 'error', error });
    for (const each of this.#jobs) if (each.key === job.key) each.refuse(error);
  }

  #takeBack(tasks: readonly Task[]): void {
    for (const task of [...tasks].reverse()) {
      this.#flights.delete(task.chunk.id);
      task.job.giveBack(task);
    }
  }

  /** The bridge is gone, and with it what it had; another one takes its place. */
  #gone(why: SpiceLabError): void {
    this.#bridge = undefined;
    this.slots = 0;
    for (const [chunk, { task, worker }] of this.#flights) {
      if (!worker) continue;
      this.#flights.delete(chunk);
      task.job.end({ type: 'lost', chunk, reason: 'unreachable', detail: why.message });
    }
    this.#takeBack([...this.#flights.values()].map(({ task }) => task));
    if (this.#closed || this.broken) return;
    if (!this.#isOpen || ++this.#bridgeDeaths >= MOST_DEATHS) this.#breakDown(why.toJSON());
    else this.#start();
  }

  #breakDown(error: SerializedError): void {
    if (this.broken) return;
    this.broken = error;
    this.#settle?.reject(SpiceLabError.fromJSON(error));
    for (const [chunk, { task }] of this.#flights)
      task.job.end({ type: 'failed', chunk, cause: 'error', error });
    this.#flights.clear();
    for (const job of this.#jobs) job.refuse(error);
  }
}

/** What a host lacks is told with its name. */
const onHost = (error: SerializedError, host: string): SerializedError =>
  error.code === 'ENGINE_MISSING' ? { ...error, message: `the host ${host}: ${error.message}` } : error;

const hopeless = (detail: string): SerializedError => ({
  code: 'BACKEND_FAILED',
  message: `worker after worker ended at start; ${detail}`,
  remedy: 'Run `spicelab doctor` on its host to see whether the engine works there.',
});
