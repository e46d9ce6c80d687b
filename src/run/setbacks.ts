import type { SerializedError } from '../errors/index.ts';
import { stop } from './ending.ts';
import { without } from './flights.ts';
import { afterCrash, afterError, afterLoss, afterSuspect, type Verdict } from './losses.ts';
import type { Command, Flight, MachineEvent, RunState, Task } from './state.ts';

/** The backend took none of some chunks. */
export function reject(
  state: RunState,
  chunk: string,
  event: Extract<MachineEvent, { type: 'rejected' }>,
  commands: Command[],
): RunState {
  const flight = state.flying.get(chunk);
  if (!flight || state.phase === 'stopped') return state;
  const verdict = afterError(flight, event.at, event.error, undefined);
  const patient = verdict.fatal ? verdict : afterLoss(flight, event.at, event.error);
  return judge(count(state, 'rejected'), { chunk, at: event.at }, patient, event.error.message, commands);
}

/** A chunk came back without a part. */
export function giveBack(
  state: RunState,
  event: Extract<MachineEvent, { type: 'failed' | 'lost' }>,
  commands: Command[],
): RunState {
  const flight = state.flying.get(event.chunk);
  if (!flight) return state;
  return event.type === 'failed'
    ? failed(state, flight, event, commands)
    : lost(state, flight, event, commands);
}

function failed(
  state: RunState,
  flight: Flight,
  event: Extract<MachineEvent, { type: 'failed' }>,
  commands: Command[],
): RunState {
  const { cause, error, suspect, at } = event;
  if (cause === 'error') {
    const verdict = afterError(flight, at, error, suspect);
    return judge(harm(count(state, 'error')), event, verdict, error.message, commands);
  }
  const verdict =
    suspect === undefined
      ? afterCrash(flight, cause, error.message)
      : afterSuspect(flight, cause, error.message, suspect);
  return judge(harm(count(state, cause)), event, verdict, error.message, commands);
}

function lost(
  state: RunState,
  flight: Flight,
  event: Extract<MachineEvent, { type: 'lost' }>,
  commands: Command[],
): RunState {
  const { reason, at } = event;
  const message = event.detail ?? `the worker was lost (${reason})`;
  if (reason === 'crash' || reason === 'memory') {
    const status = reason === 'crash' ? 'crashed' : 'memory';
    // A chunk that was still waiting cannot have brought its worker down.
    const innocent = state.tellsStart && !flight.started;
    const verdict = innocent ? again(flight) : afterCrash(flight, status, message);
    return judge(harm(count(state, reason)), event, verdict, message, commands);
  }
  const kind = reason === 'preempted' ? 'preempted' : 'unreachable';
  const verdict = afterLoss(flight, at, { code: 'BACKEND_FAILED', message });
  return judge(count(state, kind), event, verdict, message, commands);
}

const again = (flight: Flight): Verdict => ({ tasks: [taskOf(flight)] });

function taskOf({ start, end, crashes, alone, losses, due }: Task): Task {
  return { start, end, crashes, alone, losses, due };
}

const count = (state: RunState, kind: keyof RunState['losses']): RunState => ({
  ...state,
  losses: { ...state.losses, [kind]: state.losses[kind] + 1 },
});

const harm = (state: RunState): RunState => ({ ...state, barren: state.barren + 1 });

/** Puts back what is to be tried again, has a poisonous sample recorded, ends a run that gets nowhere. */
function judge(
  state: RunState,
  { chunk, at }: { readonly chunk: string; readonly at: number },
  verdict: Verdict,
  why: string,
  commands: Command[],
): RunState {
  const flying = without(state, chunk);
  if (verdict.fatal) return stop({ ...state, flying }, { kind: 'failed', error: verdict.fatal }, commands);
  const flight = state.flying.get(chunk)!;
  const other = flight.twin === undefined ? undefined : flying.get(flight.twin);
  if (other) {
    // What has arrived is simulated, whatever becomes of this attempt.
    if (other.arrived || !blames(verdict, flight))
      return { ...state, flying: flying.set(flight.twin!, goesOn(other, verdict, at)) };
    flying.delete(flight.twin!);
    commands.push({ type: 'drop', chunks: [flight.twin!] });
  }
  const retries = [...state.retries, ...verdict.tasks.map((task) => taskOf(task))];
  const next = { ...state, flying, retries };
  if (state.barren > patience(state))
    return stop(next, { kind: 'failed', error: storm(state, why) }, commands);
  if (!verdict.record) return next;
  commands.push({ type: 'record', ...verdict.record });
  return { ...next, recording: new Set(state.recording).add(verdict.record.sample) };
}

/** Whether samples are judged; of two attempts at them the other one is not needed any more then. */
const blames = ({ record, tasks }: Verdict, { crashes }: Flight): boolean =>
  record !== undefined || tasks.some((task) => task.crashes > crashes);

/** One of two attempts was taken away: the other one has its time again. */
const goesOn = (other: Flight, { tasks }: Verdict, at: number): Flight => ({
  ...other,
  twin: undefined,
  since: at,
  losses: Math.max(other.losses, ...tasks.map((task) => task.losses)),
});

/** Fruitless attempts in a row that one poisonous sample can explain: far fewer when nothing ever worked. */
const patience = ({ fruitful, settings }: RunState): number =>
  fruitful ? 40 + 8 * settings.slots : 12 + 4 * settings.slots;

function storm(state: RunState, why: string): SerializedError {
  const since = state.fruitful ? 'since the last part' : 'and not one chunk was ever finished';
  return {
    code: 'WORKER_FAILED',
    message: `workers failed ${state.barren} times in a row ${since}; the last time: ${why}`,
    remedy:
      'Try the engine alone with `spicelab doctor`, or another one with --engine; then `spicelab resume`.',
  };
}
