import type { Command, Outcome, RunState } from './state.ts';

/** The run's last word: whatever is in flight is cancelled. */
export function stop(state: RunState, outcome: Outcome, commands: Command[]): RunState {
  if (state.flying.size > 0) commands.push({ type: 'cancel' });
  commands.push({ type: 'finish', outcome });
  return { ...state, phase: 'stopped', outcome, flying: new Map() };
}

/** The session ends, and what is in flight goes on. */
export function leave(state: RunState, commands: Command[]): RunState {
  const outcome: Outcome = { kind: 'detached' };
  commands.push({ type: 'finish', outcome });
  return { ...state, phase: 'stopped', outcome };
}
