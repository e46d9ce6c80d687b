import { SpiceLabError } from '../../errors/index.ts';
import { formatNumber } from '../../expression/index.ts';
import { figureText } from '../../report/tune/words.ts';
import { designDeck, readTuneAnswer, type TuneAnswer, trialLocation } from '../../simulate/index.ts';
import type { Streams } from '../streams.ts';
import { textTable } from '../table.ts';
import type { ShowOptions } from './show.ts';
import { tellTuning } from './tune.ts';

/** The answer of a search, or one of its designs: its values and figures, or its deck for plain ngspice. */
export async function showTuning(location: string, options: ShowOptions, streams: Streams): Promise<void> {
  if (options.sample !== undefined)
    throw new SpiceLabError('OPTION_INVALID', `${location} is a search, which has designs`, {
      remedy: `Give --trial for a design; samples of one are in its run: spicelab show ${trialLocation(location, 0)} --sample 0.`,
    });
  const answer = await readTuneAnswer(location, options.confidence);
  if (options.deck) {
    const trial = options.trial ?? answer.best[0]?.trial ?? 0;
    requireTrial(answer, trial);
    streams.stdout.write(await designDeck(location, trial));
    return;
  }
  if (options.trial === undefined) {
    if (options.json) streams.stdout.write(`${JSON.stringify(answer)}\n`);
    else await tellTuning(answer, {}, streams);
    return;
  }
  const trial = requireTrial(answer, options.trial);
  if (options.json) {
    streams.stdout.write(`${JSON.stringify(trial)}\n`);
    return;
  }
  const figures = [
    ...answer.objectives.map((column, k) => [column.name, figureText(trial.objectives[k]!, column, 8)]),
    ...answer.constraints.map((column, k) => [column.name, figureText(trial.constraints[k]!, column, 8)]),
  ];
  const values = answer.design.map(({ name, unit }, k) => [name, formatNumber(trial.design[k]!, unit, 8)]);
  streams.stdout.write(
    `${textTable(['design variable', 'value'], values)}\n${textTable(['figure', 'value'], figures)}\n`,
  );
  streams.stdout.write(
    `${trial.samples} ${trial.samples === 1 ? 'sample' : 'samples'}, ${trial.failed} failed; constraints ${trial.feasible ? 'met' : 'missed'}; from ${trial.origin}\nIts run: ${trialLocation(location, trial.trial)}\n`,
  );
}

function requireTrial({ trials, location }: TuneAnswer, wanted: number): TuneAnswer['trials'][number] {
  const found = trials.find(({ trial }) => trial === wanted);
  if (found) return found;
  throw new SpiceLabError('OPTION_INVALID', `design ${wanted} is not in ${location}`, {
    remedy: `Designs 0 to ${trials.length - 1} are.`,
  });
}
