import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Job } from '../../backend.ts';
import type { EngineIdentity } from '../../engine.ts';
import { toSpiceLabError } from '../../errors/index.ts';
import {
  type Channel,
  type Chunk,
  type FromWorker,
  fromWorkerSchema,
  openChannel,
  type ToWorker,
} from '../../protocol/index.ts';
import { FRAMES_FD, isLiving } from './spawn-worker.ts';
import { Tail } from './tail.ts';

export interface WorkerListener {
  message(message: FromWorker, payloads: readonly Uint8Array[]): void;
  /** The process is gone and everything it said was heard; `how` says what became of it. Called once. */
  ended(how: string): void;
}

/** Seconds that a sample may take where nobody says. */
const SAMPLE_SECONDS = 60;
/** Share of a worker's memory limit at which it is replaced between two chunks. */
const RECYCLE_SHARE = 0.6;
/** What a dead worker's last words may keep us waiting. */
const LAST_WORDS_MILLISECONDS = 500;

/** One worker as a child process: orders to it, what it tells to a listener. */
export class WorkerProcess {
  /** Where it runs, once it has told. */
  host = '';
  /** What it has loaded a plan into last. */
  engine: EngineIdentity | undefined;
  readonly #child: ChildProcess;
  readonly #channel: Channel<FromWorker, ToWorker>;
  readonly #printed = new Tail();
  readonly #ended: Promise<void>;

  /** @param child what `spawnWorker` started, just now or earlier */
  constructor(child: ChildProcess, listener: WorkerListener) {
    this.#child = child;
    const { stdin, stdout, stderr } = this.#child;
    const frames = this.#child.stdio[FRAMES_FD] as Readable;
    for (const printed of [stdout, stderr])
      printed?.setEncoding('utf8').on('data', (text: string) => this.#printed.add(text));
    this.#channel = openChannel<FromWorker, ToWorker>(frames, stdin as Writable, fromWorkerSchema);
    const heard = this.#listen(listener);
    this.#ended = this.#end(heard).then((how) => listener.ended(how));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What events call it. */
  get name(): string {
    return String(this.pid);
  }

  /** The last of what it printed to standard output and error. */
  get printed(): string {
    return this.#printed.last(12);
  }

  /**
   * Orders a job's plan to be loaded into its engine; `loaded` or `refused` answers.
   * @param memory bytes of resident memory that the worker may take
   */
  load({ plan, engine }: Pick<Job, 'plan' | 'engine'>, memory: number): void {
    const { name, options } = engine;
    const sampleSeconds = options.sampleSeconds ?? SAMPLE_SECONDS;
    const limits = { sampleSeconds, memory: { recycle: RECYCLE_SHARE * memory, limit: memory } };
    this.#send({ type: 'load', planId: plan.id, engine: name, options, ...limits }, [plan.bytes]);
  }

  /** Orders a chunk of the loaded plan to be simulated, after those ordered before. */
  run(chunk: Chunk): void {
    this.#send({ type: 'run', chunk });
  }

  /** Ends the process and what it started, at once. */
  kill(): void {
    try {
      if (process.platform !== 'win32' && this.pid > 0) process.kill(-this.pid, 'SIGKILL');
    } catch {
      // the group is gone already
    }
    this.#child.kill('SIGKILL');
  }

  /** Asks it to end in peace, ends it otherwise, and waits until it is gone. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => this.kill(), graceMilliseconds);
    await this.#ended;
    clearTimeout(timer);
  }

  #send(message: ToWorker, payloads?: readonly Uint8Array[]): void {
    void this.#channel.send(message, payloads);
  }

  async #listen(listener: WorkerListener): Promise<string | undefined> {
    try {
      for await (const { message, payloads } of this.#channel.messages()) {
        if (message.type === 'ready') this.host = message.host;
        if (message.type === 'loaded') this.engine = message.engine;
        listener.message(message, payloads);
      }
      return undefined;
    } catch (thrown) {
      this.kill();
      return toSpiceLabError(thrown).message;
    }
  }

  async #end(heard: Promise<string | undefined>): Promise<string> {
    const how = await new Promise<string>((resolve) => {
      if (!isLiving(this.#child)) resolve('ended before it was heard');
      this.#child.once('error', (error) => resolve(`cannot be started: ${error.message}`));
      this.#child.once('exit', (code, signal) =>
        resolve(signal ? `ended by signal ${signal}` : `ended with exit code ${code}`),
      );
    });
    this.kill();
    const patience = new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), LAST_WORDS_MILLISECONDS).unref();
    });
    return (await Promise.race([heard, patience])) ?? how;
  }
}
