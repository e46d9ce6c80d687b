import { hostname } from 'node:os';
import { SpiceLabError } from '../errors/index.ts';

/** Where platforms tell a task which one of its job it is, counted from 0. */
const INDEX_VARIABLES = [
  'SPICELAB_INDEX',
  'JOB_COMPLETION_INDEX',
  'AWS_BATCH_JOB_ARRAY_INDEX',
  'CLOUD_RUN_TASK_INDEX',
];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The index of this task; 0 where the platform tells none, as it does of a job of one task.
 * @throws SpiceLabError OPTION_INVALID for one that is no index
 */
export function indexOf(environment: Environment): number {
  const name = INDEX_VARIABLES.find((variable) => environment[variable] !== undefined);
  if (name === undefined) return 0;
  const index = Number(environment[name]);
  if (environment[name] !== '' && Number.isInteger(index) && index >= 0) return index;
  throw new SpiceLabError('OPTION_INVALID', `${name} is "${environment[name]}", which is no index of a task`);
}

/** What events call this worker, and the machine it is on. */
export const whoIs = (environment: Environment): { readonly worker: string; readonly host: string } => ({
  worker: environment['SPICELAB_WORKER'] || `${hostname()}-${process.pid}`,
  host: environment['SPICELAB_HOST'] || hostname(),
});
