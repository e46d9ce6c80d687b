export { Deque } from './deque.ts';
export { foreignWorker } from './foreign-worker.ts';
export { AcceptedJob, type Task, type WorkerFacts } from './job.ts';
export { JobEvents } from './job-events.ts';
export { AcceptedJobs } from './jobs.ts';
export { isLiving, spawnWorker } from './spawn-worker.ts';
export { Tail } from './tail.ts';
export { workerFile } from './worker-file.ts';
export { type WorkerListener, WorkerProcess } from './worker-process.ts';
