import type { TuneAnswer } from '../../tune/answer.ts';

/** What the page of a search shows, as plain JSON inside it; a figure that there is not is null. */
export interface TuneReportData {
  readonly tune: TuneAnswer;
  readonly version: string;
}
