import { SpiceLabError } from '../../errors/index.ts';
import { tuneReport } from '../../report/tune/html.ts';
import { tuneSummary } from '../../report/tune/terminal.ts';
import {
  designDeck,
  readTuneAnswer,
  resumeTune,
  startTune,
  type TuneAnswer,
  type TuneHandle,
  type TuneOptions,
} from '../../simulate/index.ts';
import type { Study } from '../../study/index.ts';
import { VERSION } from '../../version.ts';
import { REPORT, writeDerived } from '../derived-files.ts';
import { EXIT } from '../errors.ts';
import type { Streams } from '../streams.ts';
import { type TuneView, tuneView } from '../tune-progress.ts';
import { explainStudy } from './explain.ts';
import type { RunFlags } from './simulate.ts';

/** Searches the best design of a study, then tells it. Returns the exit code. */
export async function tuneStudy(study: Study, flags: RunFlags, streams: Streams): Promise<number> {
  refuseOthers(flags);
  if (flags.explain) {
    await explainStudy(study, flags, streams);
    return EXIT.ok;
  }
  const view = tuneView(flags, streams);
  return conclude(await startTune(study, tuneOptions(flags, view)), view, flags, streams);
}

/** Goes on with a search. Returns the exit code. */
export async function continueTune(
  location: string,
  budget: number | undefined,
  flags: RunFlags,
  streams: Streams,
): Promise<number> {
  refuseOthers(flags);
  const view = tuneView(flags, streams);
  return conclude(await resumeTune(location, budget, tuneOptions(flags, view)), view, flags, streams);
}

function refuseOthers({ until, mixEngines }: RunFlags): void {
  const other = until !== undefined ? '--until' : mixEngines ? '--mix-engines' : undefined;
  if (other)
    throw new SpiceLabError('OPTION_INVALID', `${other} does not go with a search`, {
      remedy: 'Leave it out: bad designs are given up early by themselves, see --first.',
    });
}

const tuneOptions = (flags: RunFlags, view: TuneView): TuneOptions => ({
  ...flags,
  onTune: (event) => view.show(event),
  onNotice: (notice) => view.notice(notice),
});

async function conclude(
  handle: TuneHandle,
  view: TuneView,
  flags: RunFlags,
  streams: Streams,
): Promise<number> {
  const release = view.interruptible(handle);
  let ended: Awaited<TuneHandle['finished']>;
  try {
    ended = await handle.finished;
  } finally {
    view.close();
    release();
  }
  const { answer, complete } = ended;
  await tellTuning(answer, flags, streams);
  if (flags.report !== false) await writeTuneFiles(answer, flags, streams);
  return complete ? EXIT.ok : EXIT.interrupted;
}

/** Prints the answer of a search. */
export async function tellTuning(
  answer: TuneAnswer,
  { json }: { readonly json?: boolean | undefined },
  streams: Streams,
): Promise<void> {
  if (json) streams.stdout.write(`${JSON.stringify({ type: 'answer', run: answer.location, answer })}\n`);
  else streams.stdout.write(tuneSummary(answer, { color: streams.color, width: streams.width }));
}

async function writeTuneFiles(answer: TuneAnswer, { json }: RunFlags, streams: Streams): Promise<void> {
  const { location } = answer;
  const tell = (what: string, paths: readonly string[]): void => {
    if (!json) streams.stdout.write(`${what} ${paths.join(', and ')}\n`);
  };
  const [best] = answer.best;
  if (best)
    tell('\nDeck:  ', await writeDerived(location, 'best.cir', await designDeck(location, best.trial)));
  tell('Report:', await writeDerived(location, REPORT, await tuneReport(answer, VERSION)));
}

/** Writes the report of a search. */
export async function reportTuning(
  location: string,
  { output, confidence }: { readonly output?: string | undefined; readonly confidence?: number | undefined },
  streams: Streams,
): Promise<void> {
  const html = await tuneReport(await readTuneAnswer(location, confidence), VERSION);
  for (const path of await writeDerived(location, REPORT, html, output)) streams.stdout.write(`${path}\n`);
}
