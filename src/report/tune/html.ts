import type { TuneAnswer } from '../../tune/answer.ts';
import { htmlPage } from '../html.ts';
import type { TuneReportData } from './data.ts';

/** The report of a search as one HTML file, which fetches nothing. @throws SpiceLabError INTERNAL when the package is incomplete */
export async function tuneReport(answer: TuneAnswer, version: string): Promise<string> {
  const data: TuneReportData = { tune: answer, version };
  return htmlPage(answer.title || 'Search', data);
}
