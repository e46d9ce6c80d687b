import { answer } from '../../report/answer.ts';
import { writeReport } from '../derived-files.ts';
import { openRun } from '../run-folder.ts';
import type { Streams } from '../streams.ts';

export interface ReportOptions {
  readonly output?: string | undefined;
  readonly confidence?: number | undefined;
}

export async function report(run: string, options: ReportOptions, streams: Streams): Promise<void> {
  const results = await openRun(run);
  const answers = await answer(results, { confidence: options.confidence });
  for (const path of await writeReport(results, answers, options.output)) streams.stdout.write(`${path}\n`);
}
