import { formatNumber } from '../../expression/index.ts';
import type { TuneAnswer, TunedDesign } from '../../tune/answer.ts';
import { count, counted } from '../terminal/numbers.ts';
import { shellWord } from '../terminal/shell.ts';
import { cut, type Style, styleFor } from '../terminal/style.ts';
import { tableLines } from '../terminal/table.ts';
import type { TerminalOptions } from '../terminal.ts';
import { aimText, estimateText, figureText } from './words.ts';

/** Designs of a front that a terminal shows. */
const MOST_SHOWN = 12;
const MOST_NAME = 32;

/** The answer of a search in one screen: what was asked, the best designs beside the deck's own, and where the files are. */
export function tuneSummary(answer: TuneAnswer, options: TerminalOptions): string {
  const style = styleFor(options.color);
  const width = Math.max(40, options.width);
  const sections = [
    searchedLines(answer, style),
    winnerLines(answer, style),
    designLines(answer, width, style),
    fileLines(answer, style),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return style.finish(text.join('\n'));
}

function searchedLines(answer: TuneAnswer, style: Style): string[] {
  const { title, objectives, constraints, trials, simulations, budget, sampler, rungs } = answer;
  const stopped = rungs.map(
    (samples) => `${trials.filter((trial) => trial.samples === samples).length} at ${samples}`,
  );
  const aims = [...objectives.map(aimText), ...constraints.map(({ name }) => `subject to ${name}`)];
  const spent = simulations.search + simulations.confirm;
  return [
    style.bold(title || 'Search'),
    `  ${aims.join(', ')}`,
    `  ${counted(trials.length, 'design')} by ${sampler}, ${count(spent)} of ${counted(budget, 'simulation')}`,
    ...(rungs.length > 1 ? [`  designs by the samples they got: ${stopped.join(', ')}`] : []),
  ];
}

/** The winner in words that can be copied. */
function winnerLines(answer: TuneAnswer, style: Style): string[] {
  const { best, own, objectives, constraints, random, points } = answer;
  const [winner] = best;
  if (!winner) return ['No design has all its figures yet.'];
  const several = objectives.length > 1;
  const name = several
    ? `Front: ${counted(best.length, 'design')}, none better in everything`
    : `Best: design ${winner.trial}`;
  const how = winner.confirmed ? ', simulated again with other draws' : ', as the search has it so far';
  const again = random ? how : '';
  const kept = winner.feasible ? '' : style.bad('  no design that was found meets every constraint');
  if (several) return [`${style.bold(name)}${again}`, ...(kept ? [kept] : [])];
  const at = (point: number) => (points.length > 1 ? style.dim(`  worst at ${points[point]}`) : '');
  const line = (
    column: (typeof objectives)[number] | (typeof constraints)[number],
    k: number,
    kind: 'objectives' | 'constraints',
  ) => {
    const { point } = winner[kind][k]!;
    const before =
      own && own !== winner ? `  ${style.dim(`(the deck: ${figureText(own[kind][k]!.value, column)})`)}` : '';
    return `  ${cut(column.name, MOST_NAME)} = ${estimateText(winner[kind][k]!, column)}${before}${at(point)}`;
  };
  return [
    `${style.bold(name)}${again}`,
    ...answer.design.map(({ name: variable, unit }, k) => {
      const was =
        own && own !== winner ? `  ${style.dim(`(the deck: ${formatNumber(own.design[k]!, unit)})`)}` : '';
      return `  ${variable} = ${formatNumber(winner.design[k]!, unit, 6)}${was}`;
    }),
    ...objectives.map((column, k) => line(column, k, 'objectives')),
    ...constraints.map((column, k) => line(column, k, 'constraints')),
    ...(kept ? [kept] : []),
  ];
}

function designLines(answer: TuneAnswer, width: number, style: Style): string[] {
  const { best, own, objectives, constraints, design } = answer;
  const shown = [
    ...best.slice(0, MOST_SHOWN),
    ...(own && !best.slice(0, MOST_SHOWN).includes(own) ? [own] : []),
  ];
  if (shown.length < 2) return [];
  const column = (title: string, dropOrder: number, of: (each: TunedDesign) => string) => ({
    title,
    dropOrder,
    align: 'right' as const,
    cells: shown.map(of),
  });
  const columns = [
    column('design', 0, ({ trial, origin }) => (origin === 'deck' ? `${trial} (the deck)` : String(trial))),
    ...objectives.map((each, k) =>
      column(cut(each.name, 20), 0, (one) => figureText(one.objectives[k]!.value, each)),
    ),
    ...constraints.map((each, k) =>
      column(cut(each.name, 20), 1 + k, (one) => figureText(one.constraints[k]!.value, each)),
    ),
    ...design.map((each, k) =>
      column(cut(each.name, 20), 20 + k, (one) => formatNumber(one.design[k]!, each.unit)),
    ),
  ];
  const more = best.length > MOST_SHOWN ? [`  and ${best.length - MOST_SHOWN} more`] : [];
  return [style.bold('Designs'), ...tableLines(columns, width, style), ...more];
}

function fileLines({ location, best }: TuneAnswer, style: Style): string[] {
  const run = shellWord(location);
  const trial = best[0]?.trial ?? 0;
  return [
    `${style.bold('Files')}  ${location}`,
    `  spicelab show ${run} --trial ${trial} --deck  ${style.dim('the deck of a design')}`,
    `  spicelab export ${run} --format csv  ${style.dim('all designs')}`,
  ];
}
