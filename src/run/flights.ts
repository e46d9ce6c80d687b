import type { Chunk } from '../protocol/index.ts';
import { countOf, missing, remove } from './coverage.ts';
import type { Flight, RunState, Task } from './state.ts';

/** An attempt at a range that is asked for now. */
export function attempt({ start, end, crashes, alone, losses, due }: Task, at: number): Flight {
  return { start, end, crashes, alone, losses, due, started: false, submitted: false, since: at, hurries: 0 };
}

/** Takes over a chunk of an earlier session, unless its samples are there or are asked for by now. */
export function adopt(state: RunState, { id, start, end }: Chunk): RunState {
  const range = { start, end: Math.min(end, state.settings.ceiling) };
  if (end > state.settings.ceiling || countOf(missing(state.fresh, range)) > 0) return state;
  const flight = attempt({ ...range, crashes: 0, alone: 0, losses: 0, due: 0 }, 0);
  const flying = new Map(state.flying).set(id, { ...flight, submitted: true });
  return { ...state, flying, fresh: remove(state.fresh, range) };
}

/** Something becomes known of a chunk in flight. */
export function note(state: RunState, chunk: string, now: Partial<Flight>): RunState {
  const flight = state.flying.get(chunk);
  if (!flight) return state;
  return { ...state, flying: new Map(state.flying).set(chunk, { ...flight, ...now }) };
}

/** What is in flight but one chunk. */
export function without(state: RunState, chunk: string): Map<string, Flight> {
  const flying = new Map(state.flying);
  flying.delete(chunk);
  return flying;
}
