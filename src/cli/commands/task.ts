import { runBatchWorker } from '../../batch-worker/index.ts';

/** One task of a batch job. As the first process of a container it hears no signal that it does not ask for. */
export async function runTask(task: {
  readonly store: string;
  readonly job: string;
  readonly folder?: string | undefined;
}): Promise<number> {
  const leave = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => leave.abort());
  const code = await runBatchWorker({ ...task, environment: process.env, signal: leave.signal });
  // a connection that the store keeps open shall not keep the task
  return process.exit(code);
}
