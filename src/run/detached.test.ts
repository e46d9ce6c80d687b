import { describe, expect, it } from 'vitest';
import { earlierJobs, wantedJobs } from './earlier-jobs.ts';
import { initialState, step } from './machine.ts';
import type { RunRecord } from './records.ts';
import type { Command, MachineEvent, RunState, Settings } from './state.ts';

const settings: Settings = {
  ceiling: 100,
  delivery: 'store',
  slots: 2,
  maxChunksPerSubmit: 100,
  chunkSeconds: { least: 30, most: 300 },
  chunk: 25,
  mixEngines: false,
  session: 's1',
};

function told(state: RunState, ...events: MachineEvent[]): [RunState, Command[]] {
  const commands: Command[] = [];
  let now = state;
  for (const event of events) {
    const [next, more] = step(now, event);
    now = next;
    commands.push(...more);
  }
  return [now, commands];
}

const types = (commands: readonly Command[]) => commands.map(({ type }) => type);

describe('a session that leaves its run to the backend', () => {
  it('ends when the backend has everything, and cancels nothing', () => {
    const [asked, first] = told(initialState(settings), { type: 'begin', at: 0 }, { type: 'detach', at: 0 });
    expect(types(first)).toEqual(['submit']);
    expect(asked.phase).toBe('detaching');
    const chunks = [...asked.flying.keys()];
    const [half, none] = told(asked, { type: 'submitted', at: 1, chunks: chunks.slice(1) });
    expect([half.phase, types(none)]).toEqual(['detaching', []]);
    const [left, last] = told(half, { type: 'submitted', at: 2, chunks: chunks.slice(0, 1) });
    expect(types(last)).toEqual(['finish']);
    expect(left.outcome).toEqual({ kind: 'detached' });
  });

  it('waits for what was lost to be asked for again', () => {
    const [asked] = told(initialState(settings), { type: 'begin', at: 0 }, { type: 'detach', at: 0 });
    const chunks = [...asked.flying.keys()];
    const [waiting] = told(
      asked,
      { type: 'lost', at: 1, chunk: chunks[0]!, reason: 'preempted' },
      { type: 'submitted', at: 1, chunks },
    );
    expect(waiting.phase).toBe('detaching');
    const [again, commands] = told(waiting, { type: 'tick', at: 60 });
    expect(types(commands)).toEqual(['submit']);
    expect(told(again, { type: 'submitted', at: 61, chunks: [...again.flying.keys()] })[0].outcome).toEqual({
      kind: 'detached',
    });
  });
});

describe('a session that comes after one', () => {
  const record = (id: string, chunks: [string, number, number][]): RunRecord => ({
    type: 'submitted',
    session: 1,
    time: '',
    job: { backend: 'k8s', id },
    chunks,
  });

  it('expects from its jobs what is not there, asks for the rest alone, and believes the last of two', () => {
    const jobs = earlierJobs(
      [
        record('first', [
          ['s1-1', 0, 25],
          ['s1-2', 25, 50],
          ['s1-3', 50, 75],
        ]),
        record('second', [['s1-4', 25, 50]]),
      ],
      'k8s',
    );
    const statuses = [25, 0, 0, 0, 0, 0];
    const [found] = told(
      initialState({ ...settings, session: 's2' }),
      { type: 'found', start: 0, end: 25, statuses },
      { type: 'adopted', chunks: jobs.flatMap(({ chunks }) => chunks) },
    );
    expect(wantedJobs(jobs, found).map(({ ref, wanted }) => [ref.id, wanted])).toEqual([
      ['second', ['s1-4']],
      ['first', ['s1-3']],
    ]);
    const [, commands] = told(found, { type: 'begin', at: 0 });
    expect(commands).toEqual([{ type: 'submit', chunks: [{ id: 's2-1', start: 75, end: 100 }] }]);
  });

  it('passes over the jobs of another backend', () => {
    expect(earlierJobs([record('first', [['s1-1', 0, 25]])], 'local')).toEqual([]);
  });
});
