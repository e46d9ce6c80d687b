import type { Chunk } from '../protocol/index.ts';
import { submit } from './fill.ts';
import { attempt } from './flights.ts';
import type { Command, Flight, RunState } from './state.ts';

/** An attempt is late after so many times what its like take, and never before so many seconds. */
const TIMES = 3;
const LEAST_SECONDS = 5;
/** One that has not begun although there is room for it: machines start, plans load. */
const LEAST_WAITING_SECONDS = 15;
/** Where nothing has ended yet that could tell what is usual. */
const UNKNOWN_SECONDS = 300;
/** How much more patient we are while every slot has something else to do. */
const BUSY = 4;

/**
 * Gives chunks that are late another attempt; whichever ends first counts. Late is what takes several times as long as its
 * like: its worker hangs, or its machine is slow or out of reach without anybody having noticed. Of two attempts that are
 * late the elder is dropped for a third, with twice the patience each time, so that what is merely slow comes to its end.
 * A run that is to end drops what is late.
 */
export function hasten(state: RunState, at: number, commands: Command[]): RunState {
  if (!state.settings.secondAttempts || state.flying.size === 0) return state;
  const room = state.flying.size < state.settings.slots;
  const { look } = state;
  const next = look && at < look.at && room === look.room ? state : giveAttempts(state, at, commands);
  if (next.flying.size > 0) commands.push({ type: 'wake', at: next.look!.at });
  return next;
}

function giveAttempts(state: RunState, at: number, commands: Command[]): RunState {
  const { settings } = state;
  const flying = new Map(state.flying);
  const chunks: Chunk[] = [];
  const dropped: string[] = [];
  let { nextChunk } = state;
  const drop = (chunk: string): void => {
    flying.delete(chunk);
    dropped.push(chunk);
  };
  for (const [id, flight] of youngest(state.flying)) {
    if (lateAt(state, flight, flying.size) > at) continue;
    const { twin } = flight;
    if (twin !== undefined) drop(twin);
    if (state.phase === 'draining') drop(id);
    else if (twin !== undefined && !flight.started) {
      // It waits for the slot that the elder held.
      flying.set(id, { ...flight, twin: undefined, since: at });
    } else {
      const second = `${settings.session}-${nextChunk++}`;
      flying.set(id, { ...flight, twin: second });
      flying.set(second, { ...attempt(flight, at), twin: id, hurries: flight.hurries + 1 });
      chunks.push({ id: second, start: flight.start, end: flight.end });
    }
  }
  if (dropped.length > 0) commands.push({ type: 'drop', chunks: dropped });
  submit(chunks, settings, commands);
  // What is asked for until then is not late before.
  let next = at + LEAST_SECONDS;
  for (const [, flight] of youngest(flying)) next = Math.min(next, lateAt(state, flight, flying.size));
  const look = { at: Math.max(next, at), room: flying.size < settings.slots };
  return { ...state, flying, nextChunk, look };
}

/** Of each pair of attempts the later one, and those that are alone; none of which a part is on its way into the store. */
function* youngest(flying: RunState['flying']): Iterable<[string, Flight]> {
  for (const entry of flying) {
    const [, { twin, hurries, arrived }] = entry;
    const other = twin === undefined ? undefined : flying.get(twin);
    if (!arrived && !other?.arrived && (other?.hurries ?? -1) < hurries) yield entry;
  }
}

/** @param flying how many are in flight */
function lateAt({ pace, settings: { slots } }: RunState, flight: Flight, flying: number): number {
  const { start, end, started, since, twin, hurries } = flight;
  const room = flying < slots;
  const like = pace.rows > 0 ? TIMES * (pace.seconds / pace.rows) * (end - start) : UNKNOWN_SECONDS;
  const patience = 2 ** hurries * (room ? 1 : BUSY);
  // It waits like others for a slot; but those that have one may all hang.
  if (!started && !room && twin === undefined)
    return since + Math.max(UNKNOWN_SECONDS, like) * Math.ceil(flying / slots) * patience;
  return since + Math.max(!started && room ? LEAST_WAITING_SECONDS : LEAST_SECONDS, like) * patience;
}
