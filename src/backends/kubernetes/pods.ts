import type { V1Pod } from '@kubernetes/client-node';
import type { TaskState } from '../batch/index.ts';

/** What is wrong with pods that do not start, in plain words. */
export interface Trouble {
  readonly message: string;
  /** Waiting does not mend it. */
  readonly hopeless: boolean;
}

const INDEX = 'batch.kubernetes.io/job-completion-index';
/** A worker that was asked to go. */
const TERMINATED = 143;

/** The index of a Job that a pod works on. */
export function indexOfPod({ metadata }: V1Pod): number | undefined {
  const text = metadata?.annotations?.[INDEX] ?? metadata?.labels?.[INDEX];
  return text === undefined ? undefined : Number(text);
}

const whoIs = (pod: V1Pod) => ({ worker: pod.metadata?.name ?? '', host: pod.spec?.nodeName ?? '' });

/** What the pod of an index that is simulated says; `undefined` while there is none that runs. */
export function runningPod(pod: V1Pod): TaskState | undefined {
  const runs = pod.status?.phase === 'Running' && pod.metadata?.deletionTimestamp === undefined;
  return runs ? { state: 'running', ...whoIs(pod) } : undefined;
}

/** How an index failed, by its last pod. */
export function failedPod(pod: V1Pod | undefined): TaskState {
  if (!pod) return { state: 'ended', reason: 'unreachable', detail: 'its pods are gone without a word' };
  const who = whoIs(pod);
  const ended = pod.status?.containerStatuses?.[0]?.state?.terminated;
  const disrupted = pod.status?.conditions?.find(
    ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
  );
  if (disrupted)
    return {
      state: 'ended',
      ...who,
      reason: 'preempted',
      detail: disrupted.message ?? 'the pod was evicted',
    };
  if (ended?.reason === 'OOMKilled')
    return {
      state: 'ended',
      ...who,
      reason: 'memory',
      detail: 'the pod was killed for its memory (OOMKilled)',
    };
  if (ended?.exitCode === TERMINATED)
    return { state: 'ended', ...who, reason: 'preempted', detail: 'the pod was deleted' };
  if (ended?.exitCode === 137)
    return { state: 'ended', ...who, reason: 'crash', detail: 'the pod was killed (exit code 137)' };
  const why = [pod.status?.reason, pod.status?.message].filter(Boolean).join(': ');
  const detail = ended ? `its worker ended with exit code ${ended.exitCode}` : `the pod failed ${why}`.trim();
  return { state: 'ended', ...who, reason: 'unreachable', detail };
}

/** Reasons that a container waits for something that comes by itself. */
const USUAL = new Set(['ContainerCreating', 'PodInitializing']);
const IMAGE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
]);

/** Why pods do not start. */
export function troubleOf(pods: readonly V1Pod[]): Trouble | undefined {
  const pending = pods.filter(({ status }) => status?.phase === 'Pending');
  for (const pod of pending) {
    const container = pod.status?.containerStatuses?.[0];
    const waiting = container?.state?.waiting;
    if (!waiting?.reason || USUAL.has(waiting.reason)) continue;
    const because = waiting.message ? `: ${waiting.message}` : '';
    if (IMAGE.has(waiting.reason))
      return {
        message: `the image ${container?.image ?? ''} cannot be had (${waiting.reason})${because}`,
        hopeless: true,
      };
    return {
      message: `a pod cannot be started (${waiting.reason})${because}`,
      hopeless: waiting.reason === 'CreateContainerConfigError',
    };
  }
  const unplaced = pending.flatMap(({ status }) =>
    (status?.conditions ?? []).filter(({ type, status: is }) => type === 'PodScheduled' && is === 'False'),
  );
  const [first] = unplaced;
  if (!first) return undefined;
  const count = unplaced.length === 1 ? '1 pod waits' : `${unplaced.length} pods wait`;
  return { message: `${count} for a node: ${inWords(first.message ?? '')}`, hopeless: false };
}

/** The scheduler's message, with what to do about the usual ones. */
function inWords(message: string): string {
  if (/unbound immediate PersistentVolumeClaims/i.test(message))
    return `its PersistentVolumeClaim has no volume yet (${message})`;
  if (/persistentvolumeclaim .* not found/i.test(message))
    return `its PersistentVolumeClaim is not there (${message})`;
  if (/Insufficient (cpu|memory)/i.test(message))
    return `${message} (the nodes are full, or too small for the job's resources)`;
  return message;
}
