import type { EngineIdentity } from '../engine.ts';
import type { SerializedError } from '../errors/index.ts';
import { STATUSES } from '../plan/table.ts';
import { learn, NO_PACE } from './chunking.ts';
import { add, countOf, missing, NOTHING, remove } from './coverage.ts';
import { leave, stop } from './ending.ts';
import { fill } from './fill.ts';
import { adopt, note, without } from './flights.ts';
import { hasten } from './late.ts';
import { giveBack, reject } from './setbacks.ts';
import type { Command, MachineEvent, Rows, RunState, Settings } from './state.ts';
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
  if (event.type === 'found' || event.type === 'adopted' || after.phase === 'stopped')
    return [after, commands];
  return [settle(after, event.at, commands), commands];
}

function handle(state: RunState, event: MachineEvent, commands: Command[]): RunState {
  switch (event.type) {
    case 'found':
    case 'recorded':
      return takeRows(state, event);
    case 'adopted':
      return event.chunks.reduce(adopt, state);
    case 'submitted':
      return event.chunks.reduce((current, chunk) => note(current, chunk, { submitted: true }), state);
    case 'begin':
    case 'tick':
      return state;
    case 'worker':
      return meetEngine(state, event.engine, commands);
    case 'started':
      return note({ ...state, tellsStart: true }, event.chunk, { started: true, since: event.at });
    case 'arrived':
      return note(state, event.chunk, { arrived: true });
    case 'part':
      return takePart(state, event, commands);
    case 'failed':
    case 'lost':
      return giveBack(state, event, commands);
    case 'rejected':
      return event.chunks.reduce((current, chunk) => reject(current, chunk, event, commands), state);
    case 'detach':
      return state.phase === 'running' ? { ...state, phase: 'detaching' } : state;
    case 'interrupt':
      return state.phase === 'running' || state.phase === 'detaching'
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
  if (state.phase === 'draining') {
    const left = hasten(state, at, commands);
    const idle = left.flying.size === 0 && left.recording.size === 0;
    return idle ? stop(left, { kind: 'interrupted' }, commands) : left;
  }
  const filled = hasten(fill(state, at, commands), at, commands);
  return filled.phase === 'detaching' && handedOver(filled) ? leave(filled, commands) : filled;
}

/** Whether everything that is left to do is with the backend. */
const handedOver = ({ fresh, retries, recording, flying }: RunState): boolean =>
  fresh.length === 0 &&
  retries.length === 0 &&
  recording.size === 0 &&
  [...flying.values()].every(({ submitted }) => submitted);

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

function takePart(
  state: RunState,
  event: Extract<MachineEvent, { type: 'part' }>,
  commands: Command[],
): RunState {
  const flight = state.flying.get(event.chunk);
  // Cancelled or given up before: its samples belong to another chunk by now.
  if (!flight || flight.start !== event.start || flight.end !== event.end) return state;
  const flying = without(state, event.chunk);
  if (flight.twin !== undefined && flying.delete(flight.twin))
    commands.push({ type: 'drop', chunks: [flight.twin] });
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
