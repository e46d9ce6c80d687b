import type { Results } from '../run/results.ts';
import type { Answers } from './answers.ts';
import { hasRandomVariables } from './axes.ts';
import { controlledLines } from './terminal/controlled.ts';
import { failureLines } from './terminal/failure.ts';
import { pointLines } from './terminal/points.ts';
import { ranLines } from './terminal/ran.ts';
import {
  contributorLines,
  groupLines,
  histogramSection,
  measurementLines,
  worstLines,
  yieldLines,
} from './terminal/sections.ts';
import { shellWord } from './terminal/shell.ts';
import { type Style, styleFor } from './terminal/style.ts';

export interface TerminalOptions {
  /** Colour and block graphics; without, nothing but ASCII. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * The answer in one screen or two: what ran, measurements, yields, histograms with their limits, contributors, the worst
 * samples with the command that prints one of their decks, and where the files are. Ends with a line feed.
 */
export function terminalSummary(
  results: Pick<Results, 'plan' | 'location' | 'engine' | 'sessions' | 'wanted' | 'present' | 'counted'>,
  answers: Answers,
  options: TerminalOptions,
): string {
  const style = styleFor(options.color);
  const width = Math.max(40, options.width);
  const { plan, location } = results;
  const { all, groups, points, failure } = answers;
  const random = hasRandomVariables(plan);
  const confidence = all.statistics[0]?.confidence ?? 0.95;
  const sections: string[][] = [
    ranLines(results, all, width, style),
    failure ? failureLines(failure, width, style) : [],
    points
      ? pointLines(points, plan.measurements, width, style)
      : measurementLines(all, random, confidence, width, style),
    yieldLines(all, confidence, random, width, style),
    all.controlled ? controlledLines(all.controlled, width, style) : [],
    groupLines(groups, plan.specs, width, style),
    random ? histogramSection(all, groups, plan.specs, width, style) : [],
    random ? contributorLines(all, plan, width, style) : [],
    random || all.yields.length > 0 ? worstLines(all, plan, location, width, style) : [],
    fileLines(location, style),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return style.finish(text.join('\n'));
}

function fileLines(location: string, style: Style): string[] {
  const run = shellWord(location);
  return [
    `${style.bold('Files')}  ${location}`,
    `  spicelab report ${run}  ${style.dim('charts in one HTML file')}`,
    `  spicelab export ${run} --format csv  ${style.dim('all rows')}`,
  ];
}
