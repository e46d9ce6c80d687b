import type { BackendKind } from '../kind.ts';
import { NAME } from './name.ts';

/** Pods of a Kubernetes cluster, an Indexed Job for each submit. */
export const kubernetes: BackendKind = {
  name: NAME,
  summary: 'pods of a Kubernetes cluster (an Indexed Job)',
  open: async (options) => (await import('./open.ts')).openKubernetes(options),
};
