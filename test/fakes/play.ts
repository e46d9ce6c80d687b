import { STATUSES, type Status, statusCode } from '../../src/plan/table.ts';
import { type Coverage, missing, overlaps } from '../../src/run/coverage.ts';
import { initialState, step } from '../../src/run/machine.ts';
import type { Command, MachineEvent, Outcome, RunState, Settings } from '../../src/run/state.ts';

/** What the samples of a made-up circuit do to their worker. */
export interface World {
  /** Score of a healthy sample. */
  readonly score: (sample: number) => number;
  readonly crashes: ReadonlySet<number>;
  /** These run into the time limit; the worker knows which one it was. */
  readonly hangs: ReadonlySet<number>;
  /** These exhaust the memory; nobody knows which one it was. */
  readonly hogs: ReadonlySet<number>;
}

export const HEALTHY: World = {
  score: (sample) => sample,
  crashes: new Set(),
  hangs: new Set(),
  hogs: new Set(),
};

/** A source of decisions: what an adversary picks next, from 0 to `n` - 1. */
export type Choose = (n: number) => number;

export interface Played {
  readonly state: RunState;
  readonly outcome: Outcome | undefined;
  /** Sample -> how it ended. */
  readonly rows: ReadonlyMap<number, Status>;
  readonly steps: number;
}

export interface Script {
  readonly settings: Settings;
  readonly world: World;
  readonly choose: Choose;
  /** Rows that earlier sessions left, in this order. */
  readonly found?: readonly { start: number; end: number }[];
  /** How many infrastructure losses the adversary may cause. */
  readonly losses?: number;
  /** Interrupt after so many steps. */
  readonly interruptAfter?: number;
  readonly mostSteps?: number;
}

const statusOf = (world: World, sample: number): Status => {
  if (world.crashes.has(sample)) return 'crashed';
  if (world.hangs.has(sample)) return 'timeout';
  return world.hogs.has(sample) ? 'memory' : 'ok';
};

const RESTLESS = ['preempted', 'unreachable', 'cancelled'] as const;

/**
 * Plays a whole session: an adversary picks which flight ends next and how, within what the world makes possible.
 * @throws Error when the machine asks for something twice, or goes on without end.
 */
export function play(script: Script): Played {
  const { world, choose } = script;
  const rows = new Map<number, Status>();
  const flights: { id: string; start: number; end: number }[] = [];
  const records: Extract<Command, { type: 'record' }>[] = [];
  let state = initialState(script.settings);
  let outcome: Outcome | undefined;
  let wake: number | undefined;
  let at = 0;
  let losses = script.losses ?? 0;

  const dataOf = (start: number, end: number, forced?: Status) => {
    const statuses = STATUSES.map(() => 0);
    const scores = new Float64Array(end - start);
    for (let sample = start; sample < end; sample++) {
      const status = forced ?? 'ok';
      statuses[statusCode(status)]!++;
      scores[sample - start] = status === 'ok' ? world.score(sample) : Number.NaN;
    }
    return { start, end, statuses, scores };
  };
  const write = (start: number, end: number, status: Status): void => {
    for (let sample = start; sample < end; sample++) {
      if (rows.has(sample)) throw new Error(`sample ${sample} has two rows`);
      rows.set(sample, status);
    }
  };
  const tell = (event: MachineEvent): void => {
    const before: Coverage = state.present;
    const [next, commands] = step(state, event);
    state = next;
    for (const command of commands) {
      if (outcome) throw new Error(`a ${command.type} after the end`);
      if (command.type === 'finish') outcome = command.outcome;
      if (command.type === 'record') records.push(command);
      if (command.type === 'wake') wake = Math.min(wake ?? command.at, command.at);
      if (command.type === 'cancel') flights.length = 0;
      if (command.type === 'submit')
        for (const chunk of command.chunks) {
          if (overlaps(before, chunk)) throw new Error(`${chunk.start}..${chunk.end} was finished`);
          if (flights.some((other) => other.start < chunk.end && chunk.start < other.end))
            throw new Error(`${chunk.start}..${chunk.end} is in flight`);
          flights.push(chunk);
        }
    }
  };
  const bad = (kind: ReadonlySet<number>, start: number, end: number) =>
    Array.from({ length: end - start }, (_, k) => start + k).filter((sample) => kind.has(sample));
  const end = (flight: { id: string; start: number; end: number }): void => {
    const chunk = flight.id;
    if (losses > 0 && choose(4) === 0) {
      losses--;
      tell({ type: 'lost', at, chunk, reason: RESTLESS[choose(3)]! });
      return;
    }
    if (choose(2) === 0) tell({ type: 'started', at, chunk });
    const hung = bad(world.hangs, flight.start, flight.end)[0];
    if (hung !== undefined) {
      const error = { code: 'ENGINE_FAILED', message: 'too slow' } as const;
      tell({ type: 'failed', at, chunk, cause: 'timeout', error, suspect: hung });
      return;
    }
    // A worker always tells that it starts before it goes down, where it tells at all.
    const fatal = (['crash', 'memory'] as const).find(
      (reason) => bad(reason === 'crash' ? world.crashes : world.hogs, flight.start, flight.end).length > 0,
    );
    if (fatal) {
      tell({ type: 'started', at, chunk });
      tell({ type: 'lost', at, chunk, reason: fatal });
      return;
    }
    write(flight.start, flight.end, 'ok');
    const seconds = (flight.end - flight.start) * 0.01;
    tell({ type: 'part', at, chunk, seconds, bytes: 100, ...dataOf(flight.start, flight.end) });
  };

  for (const range of script.found ?? []) {
    for (const piece of missing(state.present, range)) {
      for (let sample = piece.start; sample < piece.end; sample++) rows.set(sample, statusOf(world, sample));
      tell({ type: 'found', ...dataOf(piece.start, piece.end) });
    }
  }
  tell({ type: 'begin', at });
  let steps = 0;
  for (; !outcome; steps++) {
    if (steps > (script.mostSteps ?? 20_000)) throw new Error('the run does not end');
    at += 0.001;
    if (steps === script.interruptAfter) {
      tell({ type: 'interrupt', at });
      continue;
    }
    const ripe = flights.length + records.length;
    if (ripe === 0) {
      if (wake === undefined) throw new Error('the run waits for nothing');
      at = Math.max(at, wake);
      wake = undefined;
      tell({ type: 'tick', at });
      continue;
    }
    const pick = choose(ripe);
    if (pick < flights.length) {
      end(flights.splice(pick, 1)[0]!);
    } else {
      const { sample, status } = records.splice(pick - flights.length, 1)[0]!;
      write(sample, sample + 1, status);
      tell({ type: 'recorded', at, ...dataOf(sample, sample + 1, status) });
    }
  }
  return { state, outcome, rows, steps };
}

/** Decisions from a list of numbers, again from its start when it is used up, mixed so that it never repeats exactly. */
export function chooser(seed: number): Choose {
  let state = seed >>> 0;
  return (n) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}
