import { isMainThread } from 'node:worker_threads';
import { startEngineThread } from './start-engine-thread.ts';

/**
 * The worker: frames of the protocol on standard input and output. `--frames-fd=3` writes them to another descriptor, which
 * keeps them apart from what native code prints; `--own-group` says that this process leads a process group of its own;
 * `--list-engines` prints which engines are found here, and that is all.
 * Its second thread, which holds the engine, runs this same file; each evaluates only its own half of it.
 */
if (isMainThread && process.argv.includes('--list-engines')) {
  const { listEngines } = await import('./list-engines.ts');
  await listEngines();
} else if (isMainThread) {
  // a thread takes as long to start as the rest of the worker, so it starts first
  const engine = startEngineThread(import.meta.url);
  const { runWorker } = await import('./supervisor.ts');
  await runWorker(process.argv.slice(2), engine);
} else {
  const { runEngineThread } = await import('./engine-thread.ts');
  runEngineThread();
}
