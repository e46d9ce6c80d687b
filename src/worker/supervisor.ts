import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import type { Worker } from 'node:worker_threads';
import { SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import {
  type Channel,
  type Chunk,
  type FromWorker,
  openChannel,
  PROTOCOL_VERSION,
  type ToWorker,
  toWorkerSchema,
} from '../protocol/index.ts';
import { monotonicSeconds, readProgress } from './progress.ts';
import { fromUsersFolder, leaveUsersFolder } from './scratch.ts';
import type { EngineThread } from './start-engine-thread.ts';
import { framesOutput, printToStandardError } from './streams.ts';
import type { FromThread, ToThread } from './thread-messages.ts';
import { explain, judge, type Limits } from './watchdog.ts';

type Load = Extract<ToWorker, { type: 'load' }>;
type Order =
  | { readonly kind: 'load'; readonly load: Load; readonly plan: Uint8Array }
  | { readonly kind: 'run'; readonly chunk: Chunk };
type Farewell = Extract<FromWorker, { type: 'bye' }>['reason'];

const WATCH_MILLISECONDS = 100;
/** What loading may take at least, however short a sample's limit is. */
const LEAST_LOAD_SECONDS = 30;
const CLOSE_MILLISECONDS = 1000;
const FLUSH_MILLISECONDS = 500;

/** Runs a worker until its coordinator closes the connection or says `stop`, or until the watchdog ends it. */
export async function runWorker(args: readonly string[], engine: EngineThread): Promise<void> {
  printToStandardError();
  process.on('SIGINT', () => undefined);
  const frames = framesOutput(Number(option(args, 'frames-fd') ?? 1));
  const channel = openChannel<ToWorker, FromWorker>(process.stdin, frames, toWorkerSchema);
  const usersFolder = process.cwd();
  leaveUsersFolder();
  const supervisor = new Supervisor({
    channel,
    frames,
    usersFolder,
    engine,
    leadsGroup: args.includes('--own-group'),
  });
  process.on('SIGTERM', () => supervisor.end());
  frames.on('close', () => supervisor.kill());
  try {
    for await (const { message, payloads } of channel.messages()) supervisor.obey(message, payloads);
  } catch (thrown) {
    const error = toSpiceLabError(thrown);
    process.stderr.write(`${error.code}: ${error.message}\n`);
  }
  supervisor.end();
}

interface Means {
  readonly channel: Channel<ToWorker, FromWorker>;
  readonly frames: Writable;
  readonly engine: EngineThread;
  /** What paths are relative to. */
  readonly usersFolder: string;
  /** Whether this process leads a process group of its own. */
  readonly leadsGroup: boolean;
}

/** The main thread's part: passes orders to the engine's thread and its answers back, and watches over it. */
class Supervisor {
  readonly #means: Means;
  readonly #memory: SharedArrayBuffer;
  readonly #thread: Worker;
  /** Not done yet; only the first is with the thread, so that a crash can be nobody else's fault. */
  readonly #orders: Order[] = [];
  #limits: Load | undefined;
  #leaving = false;
  #reported = 0;

  constructor(means: Means) {
    this.#means = means;
    this.#memory = means.engine.memory;
    this.#thread = means.engine.thread;
    this.#thread.stdout.pipe(process.stderr, { end: false });
    this.#thread.stderr.pipe(process.stderr, { end: false });
    this.#thread.on('message', (answer: FromThread) => this.#answered(answer));
    this.#thread.on('error', (thrown: unknown) => this.#broken(thrown));
    setInterval(() => this.#watch(), WATCH_MILLISECONDS);
    void this.#tell({
      type: 'ready',
      protocol: PROTOCOL_VERSION,
      pid: process.pid,
      host: hostname(),
      node: process.versions.node,
    });
  }

  obey(message: ToWorker, payloads: readonly Uint8Array[]): void {
    if (this.#leaving) return;
    switch (message.type) {
      case 'load':
        this.#give({ kind: 'load', load: message, plan: payloads[0] ?? new Uint8Array() });
        return;
      case 'run':
        this.#give({ kind: 'run', chunk: message.chunk });
        return;
      case 'stop':
        this.#leave('stop');
        return;
    }
  }

  /** Nobody listens any more: ends in peace when the engine is idle, at once otherwise. */
  end(): void {
    this.#leaving = true;
    if (readProgress(this.#memory).doing !== 'nothing') this.kill();
    setTimeout(() => this.kill(), CLOSE_MILLISECONDS);
    this.#thread.postMessage({ type: 'close' } satisfies ToThread);
  }

  /** Ends this process and what the engine has started; `process.exit` would wait for a thread that may never return. */
  kill(): void {
    try {
      if (this.#means.leadsGroup) process.kill(-process.pid, 'SIGKILL');
    } catch {
      // no such group (or Windows): then this process alone
    }
    process.kill(process.pid, 'SIGKILL');
  }

  #tell(message: FromWorker, payloads?: readonly Uint8Array[]): Promise<boolean> {
    return this.#means.channel.send(message, payloads);
  }

  #give(order: Order): void {
    this.#orders.push(order);
    if (this.#orders.length === 1) void this.#begin(order);
  }

  /** Hands an order to the thread, once everything told before has left this process for good. */
  async #begin(order: Order): Promise<void> {
    this.#reported = 0;
    if (order.kind === 'run') {
      await this.#tell({ type: 'started', chunk: order.chunk.id });
      this.#thread.postMessage({ type: 'run', chunk: order.chunk } satisfies ToThread);
      return;
    }
    const { planId, engine, options, sampleSeconds } = order.load;
    const { usersFolder } = this.#means;
    const path = options.path === undefined ? {} : { path: fromUsersFolder(options.path, usersFolder) };
    this.#limits = order.load;
    this.#thread.postMessage({
      type: 'load',
      planId,
      plan: order.plan,
      engine: fromUsersFolder(engine, usersFolder),
      options: { sampleSeconds, ...options, ...path },
    } satisfies ToThread);
  }

  #answered(answer: FromThread): void {
    if (answer.type === 'closed') {
      process.exit(0);
      return;
    }
    if (this.#leaving) return;
    this.#orders.shift();
    if (answer.type === 'part') {
      const { table, waveforms, ...facts } = answer.part;
      void this.#tell(
        { type: 'part', chunk: answer.chunk, ...facts },
        waveforms ? [table, waveforms] : [table],
      );
    } else if (answer.type === 'failed') {
      void this.#tell({ type: 'failed', chunk: answer.chunk, cause: 'error', error: answer.error });
    } else {
      void this.#tell(answer);
    }
    if (process.memoryUsage.rss() > (this.#limits?.memory.recycle ?? Number.POSITIVE_INFINITY))
      this.#leave('recycle');
    else if (this.#orders[0]) void this.#begin(this.#orders[0]);
  }

  #watch(): void {
    const limits = this.#limits;
    if (!limits || this.#leaving) return;
    const progress = readProgress(this.#memory);
    const allowed: Limits = {
      sampleSeconds: limits.sampleSeconds,
      loadSeconds: Math.max(LEAST_LOAD_SECONDS, limits.sampleSeconds),
      memory: limits.memory.limit,
    };
    const verdict = judge(progress, monotonicSeconds(), process.memoryUsage.rss(), allowed);
    const order = this.#orders[0];
    if (verdict.kind === 'fine') {
      if (order?.kind !== 'run' || progress.doing !== 'running' || progress.done === this.#reported) return;
      this.#reported = progress.done;
      void this.#tell({ type: 'progress', chunk: order.chunk.id, done: progress.done });
      return;
    }
    const why = explain(verdict.kind, allowed).toJSON();
    if (order?.kind === 'load') void this.#tell({ type: 'refused', planId: order.load.planId, error: why });
    if (order?.kind === 'run' && verdict.kind !== 'load-timeout') {
      const suspect = verdict.suspect === undefined ? {} : { suspect: order.chunk.start + verdict.suspect };
      void this.#tell({ type: 'failed', chunk: order.chunk.id, cause: verdict.kind, error: why, ...suspect });
    }
    this.#leave(verdict.kind === 'memory' ? 'memory' : 'timeout');
  }

  /** The engine's thread has ended with something that nobody caught. */
  #broken(thrown: unknown): void {
    if (this.#leaving) return;
    const order = this.#orders[0];
    const outOfMemory = errorCode(thrown) === 'ERR_WORKER_OUT_OF_MEMORY';
    const error = toSpiceLabError(thrown);
    const why = new SpiceLabError('WORKER_FAILED', `the engine ended: ${error.message}`).toJSON();
    if (order?.kind === 'load') void this.#tell({ type: 'refused', planId: order.load.planId, error: why });
    if (order?.kind === 'run')
      void this.#tell({
        type: 'failed',
        chunk: order.chunk.id,
        cause: outOfMemory ? 'memory' : 'error',
        error: why,
      });
    this.#leave(outOfMemory ? 'memory' : 'recycle');
  }

  /** Says goodbye and ends: in peace when the engine is idle, at once when it is busy or broken. */
  #leave(reason: Farewell): void {
    if (this.#leaving) return;
    this.#leaving = true;
    void this.#tell({ type: 'bye', reason });
    const finish = (): void => (reason === 'stop' || reason === 'recycle' ? this.end() : this.kill());
    const patience = setTimeout(finish, FLUSH_MILLISECONDS);
    this.#means.frames.removeAllListeners('close');
    this.#means.frames.end(() => {
      clearTimeout(patience);
      finish();
    });
  }
}

function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

function option(args: readonly string[], name: string): string | undefined {
  const prefix = `--${name}=`;
  return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
}
