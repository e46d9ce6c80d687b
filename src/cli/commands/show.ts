import { SpiceLabError } from '../../errors/index.ts';
import { formatNumber } from '../../expression/index.ts';
import { plainDeck } from '../../plan/index.ts';
import { STATUSES } from '../../plan/table.ts';
import { answer } from '../../report/answer.ts';
import { plainNumber } from '../../report/terminal/numbers.ts';
import { terminalSummary } from '../../report/terminal.ts';
import type { Results } from '../../run/results.ts';
import { openRun } from '../run-folder.ts';
import type { Streams } from '../streams.ts';
import { textTable } from '../table.ts';

export interface ShowOptions {
  readonly sample?: number | undefined;
  readonly trial?: number | undefined;
  readonly deck?: boolean | undefined;
  readonly confidence?: number | undefined;
  readonly json?: boolean | undefined;
}

/** The answer of a run, or one of its samples: its values, or its deck for plain ngspice. */
export async function show(run: string, options: ShowOptions, streams: Streams): Promise<void> {
  const results = await openRun(run);
  if (options.trial !== undefined)
    throw new SpiceLabError('OPTION_INVALID', `${run} is a run, which has samples and no designs`, {
      remedy: 'Give --sample instead of --trial.',
    });
  if (options.sample === undefined) {
    if (options.deck) {
      throw new SpiceLabError('OPTION_INVALID', '--deck wants a sample', {
        remedy: 'Add --sample 0, or another.',
      });
    }
    const answers = await answer(results, { confidence: options.confidence });
    if (options.json) streams.stdout.write(`${JSON.stringify(answers)}\n`);
    else
      streams.stdout.write(terminalSummary(results, answers, { color: streams.color, width: streams.width }));
    return;
  }
  if (options.deck) {
    streams.stdout.write(plainDeck(results.plan, options.sample));
    return;
  }
  streams.stdout.write(await sampleText(results, options.sample));
}

async function sampleText(results: Results, sample: number): Promise<string> {
  const { plan } = results;
  for await (const batch of results.batches()) {
    const row = batch.samples.indexOf(sample);
    if (row < 0) continue;
    const variables = plan.variables.map(({ name, unit, labels }) => {
      const value = batch.columns.get(name)![row]!;
      return [name, labels?.[value] ?? formatNumber(value, unit, 8)];
    });
    const measurements = plan.measurements.map(({ name, unit }) => [
      name,
      plainNumber(batch.columns.get(name)![row]!, unit, 8),
    ]);
    const status = STATUSES[batch.status[row]!]!;
    const message = batch.messages.get(row);
    const ending = message ? `${status}: ${message}` : status;
    return `${textTable(['variable', 'value'], variables)}\n${textTable(['measurement', 'value'], measurements)}\nstatus ${ending}\n`;
  }
  throw new SpiceLabError('OPTION_INVALID', `sample ${sample} is not in this run`, {
    remedy: `Samples 0 to ${results.counted - 1} are. Its deck can be printed anyway: add --deck.`,
  });
}
