import type { BackendKind } from '../../kind.ts';

/** Runs that are left to a Ray cluster, by its job submission. */
export const rayJobs: BackendKind = {
  name: 'ray-jobs',
  summary: 'jobs that a Ray cluster goes on with by itself: ray:http://head:8265',
  takes: (location) => /^ray:https?:\/\//.test(location),
  open: async (options) => (await import('./open.ts')).openRayJobs(options),
};
