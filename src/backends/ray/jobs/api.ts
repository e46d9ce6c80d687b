import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { SpiceLabError } from '../../../errors/index.ts';
import { type Answer, send } from './send.ts';

/** What Ray says of a job. */
export interface JobInfo {
  readonly status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  /** In Ray's words. */
  readonly message: string;
}

const infoSchema = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
});
const logsSchema = z.object({ logs: z.string().nullish() });
const nodesSchema = z.object({
  data: z.object({
    result: z.object({
      result: z.array(
        z.object({ state: z.string(), resources_total: z.record(z.string(), z.number()).nullish() }),
      ),
    }),
  }),
});

export interface JobRequest {
  readonly submission_id: string;
  readonly entrypoint: string;
  readonly runtime_env: {
    readonly working_dir: string;
    readonly env_vars: Readonly<Record<string, string>>;
  };
}

const MILLISECONDS = 60_000;
const AGAIN_MILLISECONDS = 1000;
const MOST_ATTEMPTS = 20;
const NOT_YET = /no available agent|timed out/i;
const ALREADY = /already exists/i;

/** The HTTP interface of Ray's job submission, at the port of the dashboard. Errors are BACKEND_UNUSABLE and BACKEND_FAILED. */
export class JobsApi {
  readonly address: string;

  /** @param address `http://head:8265` */
  constructor(address: string) {
    this.address = address;
  }

  /** Asks whether anybody is there. */
  async greet(): Promise<void> {
    await this.#ask('GET', '/api/version');
  }

  /** CPUs of all nodes. */
  async cpus(): Promise<number> {
    const { data } = nodesSchema.parse(await this.#json('GET', '/api/v0/nodes?limit=10000'));
    const alive = data.result.result.filter(({ state }) => state === 'ALIVE');
    return alive.reduce((sum, { resources_total }) => sum + (resources_total?.['CPU'] ?? 0), 0);
  }

  /** Brings files, unless they are there. */
  async bring({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): Promise<void> {
    const path = `/api/packages/gcs/${name}`;
    const { status } = await this.#ask('GET', path, undefined, [404]);
    if (status === 404) await this.#ask('PUT', path, bytes);
  }

  /** A head that has just started takes jobs a little later than it answers. */
  async submit(request: JobRequest): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#ask('POST', '/api/jobs/', JSON.stringify(request));
        return;
      } catch (thrown) {
        const { message } = thrown as Error;
        if (attempt > 1 && ALREADY.test(message)) return;
        if (attempt === MOST_ATTEMPTS || !NOT_YET.test(message)) throw thrown;
      }
      await wait(AGAIN_MILLISECONDS);
    }
  }

  /** `undefined` for a job that Ray does not know (any more). */
  async info(id: string): Promise<JobInfo | undefined> {
    const answer = await this.#ask('GET', `/api/jobs/${id}`, undefined, [404]);
    if (answer.status === 404) return undefined;
    const { status, message } = infoSchema.parse(JSON.parse(answer.text));
    return { status, message: message ?? '' };
  }

  /** All that the job has printed. */
  async logs(id: string): Promise<string> {
    return logsSchema.parse(await this.#json('GET', `/api/jobs/${id}/logs`)).logs ?? '';
  }

  /** Ends a job; nothing happens where there is none. */
  async stop(id: string): Promise<void> {
    await this.#ask('POST', `/api/jobs/${id}/stop`, '', [404]);
  }

  async #json(method: string, path: string): Promise<unknown> {
    return JSON.parse((await this.#ask(method, path)).text);
  }

  async #ask(
    method: string,
    path: string,
    body?: string | Uint8Array,
    accepts: readonly number[] = [],
  ): Promise<Answer> {
    const json = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
    const headers = { ...tokenHeaders(), ...json };
    let answer: Answer;
    try {
      answer = await send(this.address + path, { method, headers, body, milliseconds: MILLISECONDS });
    } catch (cause) {
      throw new SpiceLabError('BACKEND_UNUSABLE', `no Ray dashboard answers at ${this.address}`, {
        cause,
        remedy: 'Start the head with `ray start --head --dashboard-host 0.0.0.0`, or correct the address.',
      });
    }
    const { status } = answer;
    if ((status >= 200 && status < 300) || accepts.includes(status)) return answer;
    if (status === 401 || status === 403)
      throw new SpiceLabError('BACKEND_UNUSABLE', `the Ray cluster at ${this.address} wants a token`, {
        remedy: 'Set RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH to the cluster’s.',
      });
    // the last line of a traceback is what went wrong
    const why = answer.text.trim().split('\n').at(-1) || `status ${status}`;
    throw new SpiceLabError('BACKEND_FAILED', `the Ray cluster at ${this.address}: ${why}`);
  }
}

/** The token that Ray's own clients would show. */
function tokenHeaders(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const { RAY_AUTH_TOKEN: token, RAY_AUTH_TOKEN_PATH: file, RAY_AUTH_MODE: mode } = environment;
  if (mode === 'disabled') return {};
  const shown = token?.trim() || (file ? readFileSync(file, 'utf8').trim() : undefined);
  return shown ? { authorization: `Bearer ${shown}` } : {};
}
