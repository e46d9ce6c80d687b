import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import type { z } from 'zod';
import { SpiceLabError, toSpiceLabError } from '../../errors/index.ts';
import { type Channel, openChannel } from '../../protocol/index.ts';
import { Tail } from '../common/index.ts';
import { bridgeFolder, noPython } from './python.ts';

export interface PythonListener<From> {
  message(message: From, payloads: readonly Uint8Array[]): void;
  /** The process is gone and everything it said was heard. Called once. */
  ended(why: SpiceLabError): void;
}

const LAST_WORDS_MILLISECONDS = 500;

/** A Python process of the bridge's package, and frames between it and this one. */
export class PythonProcess<From extends { readonly type: string }, To extends { readonly type: string }> {
  readonly #child: ChildProcess;
  readonly #channel: Channel<From, To>;
  readonly #printed = new Tail();
  readonly #ended: Promise<void>;

  /**
   * @param kind what it shall be: a bridge to `dask`, or `optuna` that suggests designs
   * @param settings environment variables for the bridge
   */
  constructor(
    python: string,
    kind: string,
    settings: Readonly<Record<string, string>>,
    schema: z.ZodType<From>,
    listener: PythonListener<From>,
  ) {
    const path = [bridgeFolder(), process.env['PYTHONPATH']].filter(Boolean).join(delimiter);
    // Its own group keeps a terminal's Ctrl-C away: the run says when to end.
    this.#child = spawn(python, ['-m', 'spicelab_bridge', kind], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...settings, PYTHONPATH: path },
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const { stdin, stdout, stderr } = this.#child;
    stderr!.setEncoding('utf8').on('data', (text: string) => this.#printed.add(text));
    this.#channel = openChannel<From, To>(stdout!, stdin!, schema);
    const heard = this.#listen(listener);
    this.#ended = this.#end(heard, python).then((why) => listener.ended(why));
  }

  send(message: To, payloads?: readonly Uint8Array[]): void {
    void this.#channel.send(message, payloads);
  }

  /** Asks it to clean up, ends it otherwise, and waits until it is gone. */
  async close(graceMilliseconds: number): Promise<void> {
    this.send({ type: 'close' } as To);
    const timer = setTimeout(() => this.kill(), graceMilliseconds);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends it and what it started on this machine, at once. */
  kill(): void {
    const { pid } = this.#child;
    try {
      if (process.platform !== 'win32' && pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // the group is gone already
    }
    this.#child.kill('SIGKILL');
  }

  async #listen(listener: PythonListener<From>): Promise<SpiceLabError | undefined> {
    try {
      for await (const { message, payloads } of this.#channel.messages()) listener.message(message, payloads);
      return undefined;
    } catch (thrown) {
      this.kill();
      return toSpiceLabError(thrown);
    }
  }

  async #end(heard: Promise<SpiceLabError | undefined>, python: string): Promise<SpiceLabError> {
    const how = await new Promise<string | SpiceLabError>((resolve) => {
      this.#child.once('error', (cause) => resolve(noPython(python, cause)));
      this.#child.once('exit', (code, signal) =>
        resolve(signal ? `ended by signal ${signal}` : `ended with exit code ${code}`),
      );
    });
    if (typeof how !== 'string') return how;
    const patience = new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), LAST_WORDS_MILLISECONDS).unref();
    });
    const error = await Promise.race([heard, patience]);
    // What it has started on this machine shall not outlive it.
    this.kill();
    const printed = this.#printed.last(12);
    const what = `the bridge to Python ${error?.message ?? how}${printed ? `:\n${printed}` : ''}`;
    return new SpiceLabError('BACKEND_UNUSABLE', what, { remedy: 'Look with `spicelab doctor`.' });
  }
}
