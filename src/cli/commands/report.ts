import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answer } from '../../report/answer.ts';
import type { Answers } from '../../report/answers.ts';
import { htmlReport } from '../../report/html.ts';
import type { Results } from '../../run/results.ts';
import { VERSION } from '../../version.ts';
import { writeError } from '../errors.ts';
import { openRun } from '../run-folder.ts';
import type { Streams } from '../streams.ts';

export interface ReportOptions {
  readonly output?: string | undefined;
  readonly confidence?: number | undefined;
}

export async function report(run: string, options: ReportOptions, streams: Streams): Promise<void> {
  const results = await openRun(run);
  const path = options.output ?? join(results.location, 'report.html');
  await writeReport(results, await answer(results, { confidence: options.confidence }), path);
  streams.stdout.write(`${path}\n`);
}

export async function writeReport(results: Results, answers: Answers, path: string): Promise<void> {
  const html = await htmlReport(results, answers, VERSION);
  try {
    await writeFile(path, html);
  } catch (thrown) {
    throw writeError(path, thrown);
  }
}
