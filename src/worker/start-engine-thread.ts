import { Worker } from 'node:worker_threads';
import { createProgressMemory } from './progress.ts';

/** The thread of a worker that holds its engine, and the memory in which it tells how far it is. */
export interface EngineThread {
  readonly thread: Worker;
  readonly memory: SharedArrayBuffer;
}

/** @param file URL of the module that the thread runs */
export function startEngineThread(file: string): EngineThread {
  const memory = createProgressMemory();
  const thread = new Worker(new URL(file), { workerData: memory, stdout: true, stderr: true });
  return { thread, memory };
}
