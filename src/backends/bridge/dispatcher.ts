import { type SerializedError, SpiceLabError, toSpiceLabError } from '../../errors/index.ts';
import { type AcceptedJob, OpenJobs, type Task, workerFile } from '../common/index.ts';
import type { BackendOptions } from '../kind.ts';
import { BridgeProcess } from './bridge-process.ts';
import { type Bundle, Bundles } from './bundle.ts';
import { Flights } from './flights.ts';
import { BRIDGE_PROTOCOL, type ClusterOptions, type FromBridge, type HostReport } from './messages.ts';
import { chunkOrder, commonEngines, memoryShare } from './orders.ts';
import { choosePython } from './python.ts';

export interface DispatcherOptions {
  /** Of cluster, as the bridge calls it: `dask`. */
  readonly kind: string;
  readonly cluster: ClusterOptions;
  readonly options: BackendOptions;
  /** Environment variables for the bridge. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Chunks that are with the bridge per slot: one runs, one waits with the scheduler. */
const AHEAD = 2;
/** The same where Dask asks for workers by what waits: for so many as work it off in five seconds. */
const AHEAD_OF_GROWTH = 8;
const CLOSE_MILLISECONDS = 15_000;
/** Deaths of bridges in a row, without a part. */
const MOST_DEATHS = 3;

/** Gives the bridge as many chunks as the cluster can take, and passes on what becomes of them. */
export class Dispatcher {
  /** Rejects with what is missing. */
  readonly opened: Promise<void>;
  slots = 0;
  dashboard: string | undefined;
  /** Why nothing more can be done. */
  broken: SerializedError | undefined;
  readonly #options: DispatcherOptions;
  readonly #bundles: Bundles;
  readonly #jobs = new OpenJobs();
  readonly #flights = new Flights(this.#jobs);
  /** Bundles and plans that this bridge has. */
  readonly #sent = new Set<string>();
  #hosts: readonly HostReport[] = [];
  #bridge: BridgeProcess | undefined;
  #bridgeDeaths = 0;
  #isOpen = false;
  #closed = false;
  #settle: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#bundles = new Bundles(options.options.workerFile ?? workerFile());
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

  /** Chunks that it wants to have. */
  get backlog(): number {
    const { growsByWaiting, workers = 0 } = this.#options.cluster;
    return growsByWaiting ? AHEAD_OF_GROWTH * Math.max(this.slots, workers) : AHEAD * this.slots;
  }

  get engines(): readonly string[] {
    return commonEngines(this.#hosts);
  }

  add(job: AcceptedJob): void {
    this.#jobs.add(job);
    this.advance();
  }

  cancel(job: AcceptedJob): void {
    job.abandon('cancelled');
    const chunks = this.#flights.of(job);
    if (chunks.length > 0) this.#bridge?.send({ type: 'cancel', chunks });
    this.advance();
  }

  cancelChunks(job: AcceptedJob, dropped: readonly string[]): void {
    job.drop(dropped);
    const chunks = this.#flights.of(job).filter((chunk) => dropped.includes(chunk));
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
    this.#jobs.prune();
    for (const job of this.#jobs) {
      const tasks: Task[] = [];
      while (job.ready && this.#flights.size < this.backlog) {
        const task = job.waiting.shift()!;
        this.#flights.add(task);
        tasks.push(task);
      }
      if (tasks.length > 0) void this.#send(job, tasks, this.#bridge);
    }
  }

  #start(): void {
    const { kind, settings, options, cluster } = this.#options;
    this.#sent.clear();
    const bridge = new BridgeProcess(choosePython(options.python), kind, settings, {
      message: (message, payloads) => this.#heard(message, payloads),
      ended: (why) => this.#gone(why),
    });
    this.#bridge = bridge;
    void this.#bundles.native().then(
      ({ id, files, packed }) => {
        this.#sent.add(id);
        const open = {
          type: 'open',
          protocol: BRIDGE_PROTOCOL,
          options: cluster,
          bundle: id,
          files,
        } as const;
        bridge.send(open, [packed]);
      },
      (thrown: Error) => this.#settle?.reject(thrown),
    );
  }

  /** What the bridge needs for these chunks goes before them, once. */
  async #send(job: AcceptedJob, tasks: readonly Task[], bridge: BridgeProcess): Promise<void> {
    const { plan, engine } = job.request;
    let bundle: Bundle;
    try {
      bundle = await this.#bundles.for(engine.name);
    } catch (thrown) {
      this.#flights.refuse(tasks, toSpiceLabError(thrown).toJSON());
      return;
    }
    if (bridge !== this.#bridge) {
      this.#flights.takeBack(tasks);
      return;
    }
    if (this.#isNew(bundle.id))
      bridge.send({ type: 'bundle', bundle: bundle.id, files: bundle.files }, [bundle.packed]);
    if (this.#isNew(plan.id)) bridge.send({ type: 'plan', planId: plan.id }, [plan.bytes]);
    const memory = this.#options.options.workerMemory ?? memoryShare(this.#hosts);
    const setting = { memory, foreign: this.foreign };
    bridge.send({ type: 'submit', orders: tasks.map((task) => chunkOrder(task, bundle.id, setting)) });
  }

  #isNew(id: string): boolean {
    const isNew = !this.#sent.has(id);
    this.#sent.add(id);
    return isNew;
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
        if (this.#flights.said(message, payloads)) this.#bridgeDeaths = 0;
        break;
      case 'lost':
        this.#flights.lost(message);
        break;
      case 'slots':
        this.slots = message.count;
        break;
      case 'refused':
        this.#breakDown(message.error);
        break;
      case 'stale':
        this.#bridge?.kill();
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

  /** The bridge is gone, and with it what it had; another one takes its place. */
  #gone(why: SpiceLabError): void {
    this.#bridge = undefined;
    this.slots = 0;
    this.#flights.abandon(why.message);
    if (this.#closed || this.broken) return;
    if (!this.#isOpen || ++this.#bridgeDeaths >= MOST_DEATHS) this.#breakDown(why.toJSON());
    else this.#start();
  }

  #breakDown(error: SerializedError): void {
    if (this.broken) return;
    this.broken = error;
    this.#settle?.reject(SpiceLabError.fromJSON(error));
    this.#flights.breakDown(error);
  }
}
