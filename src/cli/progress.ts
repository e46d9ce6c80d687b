import { formatNumber } from '../expression/index.ts';
import { percentWithInterval } from '../report/terminal/numbers.ts';
import type { RunEvent } from '../run/events.ts';
import type { Streams } from './streams.ts';

type Progress = Extract<RunEvent, { type: 'progress' }>;

/** Shows how a run goes; `close` leaves the terminal as it was. */
export interface ProgressView {
  show(event: RunEvent): void;
  close(): void;
}

export const silent: ProgressView = { show() {}, close() {} };

/** Every event as one JSON line on standard output. */
export function jsonLines({ stdout }: Streams): ProgressView {
  return { show: (event) => void stdout.write(`${JSON.stringify(event)}\n`), close() {} };
}

/** One line that is rewritten, for a person at a terminal. */
export function liveLine({ stderr, width, colors }: Streams): ProgressView {
  let shown = false;
  const clear = () => {
    if (shown) stderr.write('\r\x1b[2K');
    shown = false;
  };
  return {
    show(event) {
      if (event.type === 'progress') {
        clear();
        stderr.write(progressLine(event, width - 1, colors.cyan));
        shown = true;
        return;
      }
      const told = message(event);
      if (told === undefined) return;
      clear();
      stderr.write(`${told}\n`);
    },
    close: clear,
  };
}

const PLAIN_SECONDS = 10;

/** A plain line now and then, for logs. */
export function plainLines({ stderr }: Streams): ProgressView {
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(event) {
      if (event.type === 'progress') {
        if (event.seconds - last < PLAIN_SECONDS) return;
        last = event.seconds;
        stderr.write(`${figures(event).join(', ')}\n`);
        return;
      }
      const told = message(event);
      if (told !== undefined) stderr.write(`${told}\n`);
    },
    close() {},
  };
}

/** What is worth a line of its own; workers that come and go are not, unless one went unexpectedly. */
function message(event: RunEvent): string | undefined {
  if (event.type === 'started') {
    const reused = event.present > 0 ? `, ${event.present} samples are there already` : '';
    return `${event.why === 'created' ? 'Running' : 'Continuing'} ${event.run}: ${event.wanted} samples on ${event.workers} ${event.backend} workers (${event.engine})${reused}`;
  }
  // An interrupt is answered where it is heard, at once and also where nothing else is shown.
  if (event.type === 'notice') return event.message;
  return undefined;
}

function progressLine(event: Progress, width: number, paint: (text: string) => string): string {
  const text = figures(event).join('  ');
  const room = Math.min(24, width - text.length - 3);
  if (room < 6) return text.slice(0, width);
  const done = event.wanted > 0 ? event.present / event.wanted : 1;
  const filled = Math.round(done * room);
  return `${paint('█'.repeat(filled))}${'░'.repeat(room - filled)}  ${text}`;
}

function figures(event: Progress): string[] {
  const { present, wanted, rate, etaSeconds, failures, losses, estimates, rule } = event;
  const parts = [`${present}/${wanted}`];
  if (rate > 0) parts.push(`${formatNumber(rate, '', 3).trim()}/s`);
  if (etaSeconds !== undefined && present < wanted) parts.push(`${duration(etaSeconds)} left`);
  const [overall] = estimates;
  if (overall) parts.push(`${overall.name} ${percentWithInterval(overall)}`);
  const failed = Object.entries(failures).map(([status, count]) => `${count} ${status}`);
  if (failed.length > 0) parts.push(`failed: ${failed.join(', ')}`);
  if (losses > 0) parts.push(`${losses} chunks tried again`);
  if (rule?.value !== undefined) {
    const look = rule.nextLookAt > wanted ? 'no look left before the end' : `next look at ${rule.nextLookAt}`;
    parts.push(`${rule.rule}: ${look}`);
  }
  return parts;
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
