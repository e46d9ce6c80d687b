import type { Notice } from '../compile/index.ts';
import { formatNumber } from '../expression/index.ts';
import type { TuneEvent, TuneHandle } from '../simulate/index.ts';
import type { Streams } from './streams.ts';
import type { WatchOptions } from './watch.ts';

/** Shows how a search goes. */
export interface TuneView {
  show(event: TuneEvent): void;
  notice(notice: Notice): void;
  /** Ctrl-C lets chunks in flight finish, a second one stops at once. Answers what takes the handlers away again. */
  interruptible(handle: TuneHandle): () => void;
  close(): void;
}

const PLAIN_MILLISECONDS = 10_000;

/** A line that is rewritten for a person, a line now and then for a log, JSON lines for a program. */
export function tuneView({ json, quiet }: WatchOptions, streams: Streams): TuneView {
  const { stdout, stderr, colors, interactive, width } = streams;
  let last = 0;
  let line = false;
  const clear = () => {
    if (line) stderr.write('\r\x1b[2K');
    line = false;
  };
  const say = (text: string) => {
    clear();
    stderr.write(`${text}\n`);
  };
  const progress = (text: string) => {
    if (interactive) {
      clear();
      stderr.write(text.slice(0, width - 1));
      line = true;
    } else if (Date.now() - last >= PLAIN_MILLISECONDS) {
      last = Date.now();
      say(text);
    }
  };
  return {
    show(event) {
      if (json) stdout.write(`${JSON.stringify(event)}\n`);
      else if (!quiet) {
        const told = toldOf(event);
        if (told !== undefined) say(told);
        else if (event.type === 'tune-progress') progress(progressOf(event));
      }
    },
    notice({ message, place }) {
      const where = place ? `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ` : '';
      if (json) stdout.write(`${JSON.stringify({ type: 'notice', message: `${where}${message}` })}\n`);
      else say(`${colors.yellow('note')} ${where}${message}`);
    },
    interruptible(handle) {
      let count = 0;
      const onSignal = () => {
        const goOn = `Go on later with: spicelab resume ${handle.location}`;
        say(
          `${count++ === 0 ? 'Finishing the chunks in flight (Ctrl-C again stops at once).' : 'Stopping at once.'} ${goOn}`,
        );
        handle.interrupt();
      };
      process.on('SIGINT', onSignal);
      process.on('SIGTERM', onSignal);
      return () => {
        process.off('SIGINT', onSignal);
        process.off('SIGTERM', onSignal);
      };
    },
    close: clear,
  };
}

/** What is worth a line of its own: the beginning, and every design that is the best so far. */
function toldOf(event: TuneEvent): string | undefined {
  if (event.type === 'notice') return event.message;
  if (event.type === 'tune-started') {
    const { why, location, budget, workers, backend, engine, sampler, designs } = event;
    const there = designs > 0 ? `, ${designs} designs are there already` : '';
    return `${why === 'created' ? 'Searching' : 'Continuing'} ${location}: ${budget} simulations on ${workers} ${backend} workers (${engine}), designs by ${sampler}${there}`;
  }
  if (event.type !== 'tune-result' || !event.best) return undefined;
  const figures = event.objectives.map((value) => formatNumber(value)).join(', ');
  const kept = event.feasible ? '' : ', a constraint is not met';
  return `design ${event.trial}: ${figures} (${event.samples} ${event.samples === 1 ? 'sample' : 'samples'}${kept})`;
}

function progressOf(event: Extract<TuneEvent, { type: 'tune-progress' }>): string {
  const { simulations, budget, designs, underWay, stage } = event;
  const doing = stage === 'confirm' ? 'simulating the best again' : `${underWay} under way`;
  return `${simulations}/${budget} simulations  ${designs} designs  ${doing}`;
}
