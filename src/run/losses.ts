import { ERROR_CODES, type SerializedError } from '../errors/index.ts';
import type { Status } from '../plan/table.ts';
import { lengthOf } from './coverage.ts';
import type { Task } from './state.ts';

/** What becomes of a range whose attempt failed. */
export interface Verdict {
  readonly tasks: readonly Task[];
  /** This sample cannot be simulated: a row says so. */
  readonly record?: { readonly sample: number; readonly status: Status; readonly message: string };
  /** The run ends. */
  readonly fatal?: SerializedError;
}

const FIRST_BACKOFF_SECONDS = 0.25;
const LONGEST_BACKOFF_SECONDS = 30;
const MOST_LOSSES = 20;
/** A crash may have another cause than the sample (somebody ended the worker), so a sample is judged alone and again. */
const LONE_FAILURES = 2;

/** The infrastructure took the attempt: again, later, without blame. */
export function afterLoss(task: Task, at: number, error: SerializedError): Verdict {
  const losses = task.losses + 1;
  if (losses > MOST_LOSSES)
    return {
      tasks: [],
      fatal: {
        ...error,
        message: `samples ${task.start} to ${task.end - 1} were lost ${losses} times by the backend: ${error.message}`,
        remedy: error.remedy ?? 'Check the machines of this backend, then continue with `spicelab resume`.',
      },
    };
  const wait = Math.min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2 ** (losses - 1));
  return { tasks: [{ ...task, losses, due: at + wait }] };
}

/** The worker went down with the chunk: once more whole, then halved until one sample remains. */
export function afterCrash(task: Task, status: Status, message: string): Verdict {
  const crashes = task.crashes + 1;
  if (lengthOf(task) === 1) {
    const alone = task.alone + 1;
    // A time limit is the worker's own judgement of this very sample.
    if (status === 'timeout' || alone >= LONE_FAILURES)
      return { tasks: [], record: { sample: task.start, status, message } };
    return { tasks: [{ ...task, crashes, alone }] };
  }
  if (crashes === 1 && status === 'crashed') return { tasks: [{ ...task, crashes }] };
  const middle = task.start + (lengthOf(task) >> 1);
  return {
    tasks: [
      { ...task, end: middle, crashes },
      { ...task, start: middle, crashes },
    ],
  };
}

/** The worker says which sample it was at: that one is tried alone, what stands around it is without blame. */
export function afterSuspect(task: Task, status: Status, message: string, suspect: number): Verdict {
  if (suspect < task.start || suspect >= task.end || lengthOf(task) === 1)
    return afterCrash(task, status, message);
  const pieces: Task[] = [
    { ...task, end: suspect },
    { ...task, start: suspect + 1 },
    { ...task, start: suspect, end: suspect + 1, crashes: task.crashes + 1, alone: 1 },
  ];
  return { tasks: pieces.filter((piece) => lengthOf(piece) > 0) };
}

/** Failures of a living worker that may come from one sample's doing, although their code does not blame the user. */
const SUSPICIOUS = new Set<string>(['ENGINE_FAILED', 'WORKER_FAILED', 'INTERNAL', 'PROTOCOL_INVALID']);

/** A worker gave the chunk back with an error. */
export function afterError(
  task: Task,
  at: number,
  error: SerializedError,
  suspect: number | undefined,
): Verdict {
  if (ERROR_CODES[error.code] === 'user') return { tasks: [], fatal: error };
  if (!SUSPICIOUS.has(error.code)) return afterLoss(task, at, error);
  return suspect === undefined
    ? afterCrash(task, 'crashed', error.message)
    : afterSuspect(task, 'crashed', error.message, suspect);
}
