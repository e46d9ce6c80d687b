import type { EngineIdentity } from '../engine.ts';
import type { SerializedError } from '../errors/index.ts';
import { STATUSES } from '../plan/table.ts';
import { learn, NO_PACE } from './chunking.ts';
import { add, countOf, missing, NOTHING, remove } from './coverage.ts';
import { fill } from './fill.ts';
import { afterCrash, afterError, afterLoss, afterSuspect, type Verdict } from './losses.ts';
import type { Command, Flight, MachineEvent, Outcome, Rows, RunState, Settings } from './state.ts';
import { extendPrefix, startPrefix } from './stopping.ts';

export function initialState(settings: Settings): RunState {
  return {
    settings,
    phase: 'running',
    present: NOTHING,
    fresh: settings.ceiling > 0 ? [{ start: 0, end: settings.ceiling }] : NOTHING,
    retries: [],
    flying: new Map(),
    recording: new Set(),
    pace: NO_PACE,
    prefix: settings.stop && startPrefix(settings.stop),
    engine: settings.engine,
    statuses: STATUSES.map(() => 0),
    simulated: 0,
    busySeconds: 0,
    losses: { crash: 0, memory: 0, timeout: 0, error: 0, preempted: 0, unreachable: 0, rejected: 0 },
    barren: 0,
    fruitful: false,
    tellsStart: false,
    nextChunk: 1,
  };
}

/**
 * The run as a pure function: what happened in, the new state and what to do about it out. No input, no output, no clock.
 * After `finish` nothing changes any more.
 */
export function step(state: RunState, event: MachineEvent): readonly [RunState, readonly Command[]] {
  if (state.phase === 'stopped') return [state, []];
  const commands: Command[] = [];
  const after = handle(state, event, commands);
  if (event.type === 'found' || after.phase === 'stopped') return [after, commands];
  return [settle(after, event.at, commands), commands];
}

function handle(state: RunState, event: MachineEvent, commands: Command[]): RunState {
  switch (event.type) {
    case 'found':
    case 'recorded':
      return takeRows(state, event);
    case 'begin':
    case 'tick':
      return state;
    case 'worker':
      return meetEngine(state, event.engine, commands);
    case 'started':
      return started(state, event.chunk);
    case 'part':
      return takePart(state, event);
    case 'failed':
    case 'lost':
      return giveBack(state, event, commands);
    case 'rejected':
      return event.chunks.reduce((current, chunk) => reject(current, chunk, event, commands), state);
    case 'interrupt':
      return state.phase === 'running'
        ? { ...state, phase: 'draining' }
        : stop(state, { kind: 'interrupted' }, commands);
    case 'broken':
      return stop(state, { kind: 'failed', error: event.error }, commands);
  }
}

/** What follows from the state alone: the end, or more work for the backend. */
function settle(state: RunState, at: number, commands: Command[]): RunState {
  const { settings, prefix } = state;
  if (settings.stop && prefix?.last?.met) {
    const { samples } = prefix.last;
    return stop(state, { kind: 'enough', samples, rule: settings.stop.rule.text }, commands);
  }
  if (missing(state.present, { start: 0, end: settings.ceiling }).length === 0)
    return stop(state, { kind: 'complete' }, commands);
  const idle = state.flying.size === 0 && state.recording.size === 0;
  if (state.phase === 'draining') return idle ? stop(state, { kind: 'interrupted' }, commands) : state;
  return fill(state, at, commands);
}

function stop(state: RunState, outcome: Outcome, commands: Command[]): RunState {
  if (state.flying.size > 0) commands.push({ type: 'cancel' });
  commands.push({ type: 'finish', outcome });
  return { ...state, phase: 'stopped', outcome, flying: new Map() };
}

function meetEngine(state: RunState, engine: EngineIdentity | undefined, commands: Command[]): RunState {
  if (!engine) return state;
  if (!state.engine) {
    commands.push({ type: 'identify', engine });
    return { ...state, engine };
  }
  const { name, version } = state.engine;
  if (state.settings.mixEngines || (engine.name === name && engine.version === version)) return state;
  const error: SerializedError = {
    code: 'ENGINE_MISMATCH',
    message: `this run was made by ${name} ${version}, and a worker has ${engine.name} ${engine.version}: their figures differ in the last digits`,
    remedy: `Use --engine ${name} in version ${version}, start a new run with --out, or allow it with --mix-engines.`,
  };
  return stop(state, { kind: 'failed', error }, commands);
}

function started(state: RunState, chunk: string): RunState {
  const flight = state.flying.get(chunk);
  if (!flight) return state;
  const flying = new Map(state.flying).set(chunk, { ...flight, started: true });
  return { ...state, flying, tellsStart: true };
}

function takePart(state: RunState, event: Extract<MachineEvent, { type: 'part' }>): RunState {
  const flight = state.flying.get(event.chunk);
  // Cancelled or given up before: its samples belong to another chunk by now.
  if (!flight || flight.start !== event.start || flight.end !== event.end) return state;
  const flying = without(state, event.chunk);
  const rows = event.end - event.start;
  return {
    ...takeRows(state, event),
    flying,
    pace: learn(state.pace, rows, event.seconds, event.bytes),
    simulated: state.simulated + rows,
    busySeconds: state.busySeconds + event.seconds,
    barren: 0,
    fruitful: true,
  };
}

/** Rows that are in the store, whoever made them. Those that were there already are not counted again. */
function takeRows(state: RunState, rows: Rows): RunState {
  const { settings } = state;
  const present = add(state.present, rows);
  if (countOf(present) === countOf(state.present)) return state;
  const recording = new Set(state.recording);
  for (const sample of recording) if (sample >= rows.start && sample < rows.end) recording.delete(sample);
  const prefix =
    settings.stop && state.prefix && rows.scores
      ? extendPrefix(state.prefix, settings.stop, rows, rows.scores, settings.ceiling)
      : state.prefix;
  return {
    ...state,
    present,
    fresh: remove(state.fresh, rows),
    recording,
    prefix,
    statuses: state.statuses.map((count, status) => count + (rows.statuses[status] ?? 0)),
  };
}

function reject(
  state: RunState,
  chunk: string,
  event: Extract<MachineEvent, { type: 'rejected' }>,
  commands: Command[],
): RunState {
  const flight = state.flying.get(chunk);
  if (!flight || state.phase === 'stopped') return state;
  const verdict = afterError(flight, event.at, event.error, undefined);
  const patient = verdict.fatal ? verdict : afterLoss(flight, event.at, event.error);
  return judge(count(state, 'rejected'), chunk, patient, event.error.message, commands);
}

function giveBack(
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
  const { chunk, cause, error, suspect, at } = event;
  if (cause === 'error') {
    const verdict = afterError(flight, at, error, suspect);
    return judge(harm(count(state, 'error')), chunk, verdict, error.message, commands);
  }
  const verdict =
    suspect === undefined
      ? afterCrash(flight, cause, error.message)
      : afterSuspect(flight, cause, error.message, suspect);
  return judge(harm(count(state, cause)), chunk, verdict, error.message, commands);
}

function lost(
  state: RunState,
  flight: Flight,
  event: Extract<MachineEvent, { type: 'lost' }>,
  commands: Command[],
): RunState {
  const { chunk, reason, at } = event;
  const message = event.detail ?? `the worker was lost (${reason})`;
  if (reason === 'crash' || reason === 'memory') {
    const status = reason === 'crash' ? 'crashed' : 'memory';
    // A chunk that was still waiting cannot have brought its worker down.
    const innocent = state.tellsStart && !flight.started;
    const verdict = innocent ? again(flight) : afterCrash(flight, status, message);
    return judge(harm(count(state, reason)), chunk, verdict, message, commands);
  }
  const kind = reason === 'preempted' ? 'preempted' : 'unreachable';
  const verdict = afterLoss(flight, at, { code: 'BACKEND_FAILED', message });
  return judge(count(state, kind), chunk, verdict, message, commands);
}

const again = (flight: Flight): Verdict => ({ tasks: [taskOf(flight)] });

function taskOf({ start, end, crashes, alone, losses, due }: Flight) {
  return { start, end, crashes, alone, losses, due };
}

const count = (state: RunState, kind: keyof RunState['losses']): RunState => ({
  ...state,
  losses: { ...state.losses, [kind]: state.losses[kind] + 1 },
});

const harm = (state: RunState): RunState => ({ ...state, barren: state.barren + 1 });

/** Puts back what is to be tried again, has a poisonous sample recorded, ends a run that gets nowhere. */
function judge(state: RunState, chunk: string, verdict: Verdict, why: string, commands: Command[]): RunState {
  const flying = without(state, chunk);
  if (verdict.fatal) return stop({ ...state, flying }, { kind: 'failed', error: verdict.fatal }, commands);
  const retries = [...state.retries, ...verdict.tasks.map((task) => taskOf({ ...task, started: false }))];
  const next = { ...state, flying, retries };
  if (state.barren > patience(state))
    return stop(next, { kind: 'failed', error: storm(state, why) }, commands);
  if (!verdict.record) return next;
  commands.push({ type: 'record', ...verdict.record });
  return { ...next, recording: new Set(state.recording).add(verdict.record.sample) };
}

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

function without(state: RunState, chunk: string): Map<string, Flight> {
  const flying = new Map(state.flying);
  flying.delete(chunk);
  return flying;
}
