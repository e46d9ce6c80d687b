import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { SpiceLabError } from '../../errors/index.ts';
import { type Cluster, statusOf } from '../../kubernetes/index.ts';
import type { Sighting, TaskState } from '../batch/index.ts';
import { readIndexes } from './indexes.ts';
import { failedPod, indexOfPod, runningPod, type Trouble, troubleOf } from './pods.ts';
import { keepWatching } from './watch.ts';

/** Changes that come together are told together. */
const GATHER_MILLISECONDS = 100;
/** How long nothing may start before it is asked why, and between two questions. */
const QUESTION_MILLISECONDS = 3000;
/** What waiting does not mend is the end of the job after so long, if nothing of it ever ran. */
const HOPELESS_MILLISECONDS = 45_000;

interface Seen {
  job: V1Job | undefined;
  /** Whether the job was seen, and is there no more. */
  gone: boolean;
  pods: readonly V1Pod[];
}

/** What the API server tells of a Job, as the poller wants it. */
export async function* observe(
  cluster: Cluster,
  namespace: string,
  name: string,
  signal: AbortSignal,
): AsyncIterable<Sighting> {
  const seen: Seen = { job: undefined, gone: false, pods: [] };
  const leave = new AbortController();
  const inner = AbortSignal.any([signal, leave.signal]);
  let wake: () => void = () => undefined;
  let dirty = false;
  const changed = (): void => {
    dirty = true;
    wake();
  };
  const watching = follow(cluster, namespace, name, seen, changed, inner);
  signal.addEventListener('abort', changed, { once: true });
  const questions = setInterval(changed, QUESTION_MILLISECONDS);
  let hopelessSince: number | undefined;
  let everRan = false;
  try {
    while (!signal.aborted) {
      if (!dirty)
        await new Promise<void>((done) => {
          wake = done;
        });
      await new Promise((done) => setTimeout(done, GATHER_MILLISECONDS));
      if (signal.aborted) return;
      dirty = false;
      const tasks = tasksOf(seen);
      everRan ||= tasks.size > 0;
      const idle = ![...tasks.values()].some(({ state }) => state === 'running');
      const trouble =
        idle && !seen.gone && !finished(seen.job)
          ? await troubleIn(cluster, namespace, name, seen)
          : undefined;
      hopelessSince = trouble?.hopeless && !everRan ? (hopelessSince ?? performance.now()) : undefined;
      const lost = hopelessSince !== undefined && performance.now() - hopelessSince > HOPELESS_MILLISECONDS;
      yield {
        tasks,
        over: overOf(seen),
        notice: trouble?.message,
        refused: lost && trouble ? hopeless(trouble) : undefined,
      };
    }
  } finally {
    clearInterval(questions);
    leave.abort();
    await watching;
  }
}

const hopeless = ({ message }: Trouble) =>
  new SpiceLabError('BACKEND_UNUSABLE', `nothing of the job starts: ${message}`, {
    remedy: 'Mend it in the job template (or with --image), then go on with spicelab resume.',
  }).toJSON();

async function follow(
  cluster: Cluster,
  namespace: string,
  name: string,
  seen: Seen,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const fieldSelector = `metadata.name=${name}`;
  const labelSelector = `batch.kubernetes.io/job-name=${name}`;
  await Promise.all([
    keepWatching<V1Job>(
      cluster,
      {
        path: `/apis/batch/v1/namespaces/${namespace}/jobs`,
        query: { fieldSelector },
        list: () => cluster.batch.listNamespacedJob({ namespace, fieldSelector }),
        changed: (jobs) => {
          seen.job = jobs.get(name) ?? seen.job;
          seen.gone = !jobs.has(name);
          changed();
        },
      },
      signal,
    ),
    keepWatching<V1Pod>(
      cluster,
      {
        path: `/api/v1/namespaces/${namespace}/pods`,
        query: { labelSelector },
        list: () => cluster.core.listNamespacedPod({ namespace, labelSelector }),
        changed: (pods) => {
          seen.pods = [...pods.values()];
          changed();
        },
      },
      signal,
    ),
  ]);
}

/** What is known of each index that was begun. */
function tasksOf({ job, pods }: Seen): Map<number, TaskState> {
  const tasks = new Map<number, TaskState>();
  const last = new Map<number, V1Pod>();
  for (const pod of pods) {
    const index = indexOfPod(pod);
    if (index === undefined) continue;
    const running = runningPod(pod);
    if (running) tasks.set(index, running);
    const before = last.get(index);
    if (!before || createdAt(before) <= createdAt(pod)) last.set(index, pod);
  }
  for (const index of readIndexes(job?.status?.completedIndexes)) tasks.set(index, { state: 'ended' });
  for (const index of readIndexes(job?.status?.failedIndexes)) tasks.set(index, failedPod(last.get(index)));
  return tasks;
}

const createdAt = ({ metadata }: V1Pod): number => new Date(metadata?.creationTimestamp ?? 0).getTime();

const finished = (job: V1Job | undefined) =>
  job?.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );

function overOf({ job, gone }: Seen): Sighting['over'] {
  if (gone) return { reason: 'unreachable', detail: 'the Job is not there any more: somebody deleted it' };
  const end = finished(job);
  if (!end) return undefined;
  const detail = [end.reason, end.message].filter(Boolean).join(': ') || 'the Job is over';
  return { reason: end.reason === 'DeadlineExceeded' ? 'preempted' : 'unreachable', detail };
}

/** Why nothing runs: by the pods, or where there are none, by what the job controller complains of. */
async function troubleIn(
  { core }: Cluster,
  namespace: string,
  name: string,
  { job, pods }: Seen,
): Promise<Trouble | undefined> {
  const trouble = troubleOf(pods);
  if (trouble || pods.some(({ status }) => status?.phase === 'Pending')) return trouble;
  if (job?.spec?.suspend) return { message: 'the job waits in its queue', hopeless: false };
  try {
    const fieldSelector = `involvedObject.name=${name},type=Warning`;
    const { items } = await core.listNamespacedEvent({ namespace, fieldSelector });
    const last = items.at(-1);
    if (!last?.message) return undefined;
    const words = /exceeded quota/.test(last.message) ? 'the quota of the namespace is used up: ' : '';
    return { message: `pods cannot be made: ${words}${last.message}`, hopeless: false };
  } catch (thrown) {
    // events may be hidden from us, or the API server is away
    return statusOf(thrown) === 403 ? { message: 'nothing has started yet', hopeless: false } : undefined;
  }
}
