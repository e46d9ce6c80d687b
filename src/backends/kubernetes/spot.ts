import type { JobTemplate } from './template.ts';

export interface NodeChoice {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Readonly<Record<string, unknown>>[];
}

const tolerate = (key: string, value: string) => ({ key, operator: 'Equal', value, effect: 'NoSchedule' });

/** How each provider marks its spot nodes, and keeps others off them (AKS always, GKE where the pool says so, EKS by its owner). */
const SPOT: Readonly<Record<NonNullable<JobTemplate['spot']>, NodeChoice>> = {
  eks: {
    nodeSelector: { 'eks.amazonaws.com/capacityType': 'SPOT' },
    tolerations: [tolerate('spot', 'true')],
  },
  gke: {
    nodeSelector: { 'cloud.google.com/gke-spot': 'true' },
    tolerations: [tolerate('cloud.google.com/gke-spot', 'true')],
  },
  aks: {
    nodeSelector: { 'kubernetes.azure.com/scalesetpriority': 'spot' },
    tolerations: [tolerate('kubernetes.azure.com/scalesetpriority', 'spot')],
  },
};

/** Where the pods may go: the provider's spot nodes where they are asked for, and what the template says itself. */
export function nodeChoice({ spot, nodeSelector, tolerations }: JobTemplate): NodeChoice {
  const preset = spot && SPOT[spot];
  return {
    nodeSelector: { ...preset?.nodeSelector, ...nodeSelector },
    tolerations: [...(preset?.tolerations ?? []), ...(tolerations ?? [])],
  };
}
