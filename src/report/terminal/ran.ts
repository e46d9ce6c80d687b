import type { Results, Session } from '../../run/results.ts';
import type { Group } from '../answers.ts';
import { count, counted, seconds } from './numbers.ts';
import { shellWord } from './shell.ts';
import { cut, type Style, wrapped } from './style.ts';

/** What ran: title, samples and failures, engine, where and how long, and why it stopped early. */
export function ranLines(
  results: Pick<Results, 'plan' | 'location' | 'engine' | 'sessions' | 'wanted' | 'present' | 'counted'>,
  all: Group,
  width: number,
  style: Style,
): string[] {
  const { plan, location, engine, sessions, wanted } = results;
  const failed = Object.values(all.failures).reduce((sum, rows) => sum + rows, 0);
  const words = Object.entries(all.failures).map(([status, rows]) => `${count(rows)} ${status}`);
  const samples = counted(all.rows, 'sample');
  const facts = [
    all.rows < wanted ? `${samples} of ${count(wanted)}` : samples,
    failed === 0 ? style.good('none failed') : style.bad(`${count(failed)} failed (${words.join(', ')})`),
    ...(engine ? [`${engine.name} ${engine.version}`] : []),
  ];
  return [
    style.bold(cut(plan.title, width)),
    ...wrapped(facts, width),
    ...(sessions.length > 0 ? [`  ${cut(whereAndHowLong(sessions), width - 2)}`] : []),
    ...outcomeLines(sessions.at(-1), location, style),
  ];
}

function whereAndHowLong(sessions: readonly Session[]): string {
  const last = sessions.at(-1)!;
  const simulated = sessions.reduce((sum, session) => sum + session.simulated, 0);
  const elapsed = sessions.reduce((sum, session) => sum + secondsOf(session), 0);
  const rate =
    elapsed > 0 && simulated > 0 ? `, ${count(Number((simulated / elapsed).toPrecision(2)))} samples/s` : '';
  const parts = sessions.length > 1 ? ` in ${sessions.length} sessions` : '';
  return `${last.backend} with ${counted(last.workers, 'worker')}, ${seconds(elapsed)}${rate}${parts}`;
}

function secondsOf({ started, ended }: Session): number {
  const length = ended === undefined ? 0 : (Date.parse(ended) - Date.parse(started)) / 1000;
  return Number.isFinite(length) ? Math.max(0, length) : 0;
}

function outcomeLines(session: Session | undefined, location: string, style: Style): string[] {
  const outcome = session?.outcome;
  if (outcome?.kind === 'enough')
    return [`  ${style.good('enough')}: ${outcome.rule} holds after ${counted(outcome.samples, 'sample')}`];
  if (outcome?.kind === 'interrupted')
    return [`  ${style.bad('interrupted')}: spicelab resume ${shellWord(location)} goes on`];
  if (outcome?.kind === 'detached')
    return [`  ${style.good('detached')}: spicelab attach ${shellWord(location)} watches what goes on`];
  if (outcome?.kind === 'failed') return [`  ${style.bad('failed')}: ${outcome.message}`];
  return [];
}
