import type { Chunk } from '../protocol/index.ts';
import { BATCH, batchFlights, chunkRows, chunksPerSlot, STREAMING } from './chunking.ts';
import { countOf, lengthOf, remove } from './coverage.ts';
import { attempt } from './flights.ts';
import type { Command, RunState, Settings, Task } from './state.ts';

/** Keeps the backend fed: what was lost first, then samples that nobody was asked for, in ascending order. */
export function fill(state: RunState, at: number, commands: Command[]): RunState {
  const { settings } = state;
  const room = roomOf(state);
  if (room <= 0) return state;
  const flying = new Map(state.flying);
  const chunks: Chunk[] = [];
  let { fresh, nextChunk } = state;
  const send = (task: Task): void => {
    const id = `${settings.session}-${nextChunk++}`;
    flying.set(id, attempt(task, at));
    chunks.push({ id, start: task.start, end: task.end });
  };

  const waiting: Task[] = [];
  for (const task of state.retries) {
    if (task.due <= at && chunks.length < room) send(task);
    else waiting.push(task);
  }
  let remaining = countOf(fresh);
  while (chunks.length < room && remaining > 0) {
    const { start, end } = fresh[0]!;
    const wished = chunkRows({
      sizing: settings.delivery === 'store' ? BATCH : STREAMING,
      pace: state.pace,
      slots: settings.slots,
      chunkSeconds: settings.chunkSeconds,
      chunk: settings.chunk,
      remaining,
      asked: settings.stop && Math.max(start, 1),
    });
    const task = { start, end: Math.min(end, start + wished), crashes: 0, alone: 0, losses: 0, due: 0 };
    send(task);
    fresh = remove(fresh, task);
    remaining -= lengthOf(task);
  }

  submit(chunks, settings, commands);
  const due = Math.min(...waiting.map((task) => task.due));
  if (due > at && due < Number.POSITIVE_INFINITY) commands.push({ type: 'wake', at: due });
  return { ...state, fresh, nextChunk, flying, retries: waiting };
}

/** Chunks that may be sent now. */
function roomOf({ settings, pace, flying }: RunState): number {
  const { slots, chunk, backlog = 0 } = settings;
  if (settings.delivery === 'store')
    return batchFlights(pace, { slots, chunk, looks: settings.stop !== undefined }) - flying.size;
  const depth = chunksPerSlot(pace, chunk);
  const room = Math.max(depth * slots, pace.rows > 0 ? backlog : 0) - flying.size;
  // Many short chunks go out in handfuls: each submit has its price.
  return depth > 2 && room < slots ? 0 : room;
}

/** Asks for chunks, no more of them at a time than the backend takes. */
export function submit(
  chunks: readonly Chunk[],
  { maxChunksPerSubmit }: Settings,
  commands: Command[],
): void {
  for (let from = 0; from < chunks.length; from += maxChunksPerSubmit)
    commands.push({ type: 'submit', chunks: chunks.slice(from, from + maxChunksPerSubmit) });
}
