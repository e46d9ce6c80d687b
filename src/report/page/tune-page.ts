import { formatNumber } from '../../expression/index.ts';
import type { FigureEstimate, TuneAnswer, TunedDesign } from '../../tune/answer.ts';
import type { TuneReportData } from '../tune/data.ts';
import { aimText, estimateText, figureText } from '../tune/words.ts';
import { element, figure, section, table } from './dom.ts';
import { convergence, parallel, pareto } from './tune-charts.ts';

/** More designs than this are better read in a file. */
const MOST_ROWS = 200;

/** The report of a search, from its data. */
export function tunePage({ tune: parsed, version }: TuneReportData): HTMLElement[] {
  const tune = withNumbers(parsed);
  return [
    headline(tune),
    winner(tune),
    searchSection(tune),
    frontSection(tune),
    parallelSection(tune),
    trialsSection(tune),
    element('footer', {}, `SpiceLab ${version} · ${tune.location}`),
  ].filter((part): part is HTMLElement => part !== undefined);
}

/** JSON has no NaN and no infinities. */
function withNumbers(tune: TuneAnswer): TuneAnswer {
  const end = (bound: number | null, otherwise: number) => bound ?? otherwise;
  const estimate = ({ value, low, high, point }: FigureEstimate): FigureEstimate => ({
    value: end(value, Number.NaN),
    low: end(low, Number.NEGATIVE_INFINITY),
    high: end(high, Number.POSITIVE_INFINITY),
    point,
  });
  const design = (one: TunedDesign): TunedDesign => ({
    ...one,
    objectives: one.objectives.map(estimate),
    constraints: one.constraints.map(estimate),
  });
  return { ...tune, best: tune.best.map(design), own: tune.own && design(tune.own) };
}

const whole = (count: number) => count.toLocaleString('en');

function tile(label: string, value: string, detail: string, tone = ''): HTMLElement {
  return element(
    'div',
    { class: `tile ${tone}` },
    element('div', { class: 'label' }, label),
    element('div', { class: 'value' }, value),
    element('div', { class: 'detail' }, detail),
  );
}

function headline(tune: TuneAnswer): HTMLElement {
  const { best, own, objectives, constraints, trials, simulations, budget, sampler, random } = tune;
  const [first] = best;
  const tiles = [
    ...(first && objectives.length === 1
      ? [
          tile(
            aimText(objectives[0]!),
            figureText(first.objectives[0]!.value, objectives[0]!),
            own
              ? `the deck: ${figureText(own.objectives[0]!.value, objectives[0]!)}`
              : `design ${first.trial}`,
            first.feasible ? 'good' : 'bad',
          ),
        ]
      : [tile('front', whole(best.length), 'designs, none better in everything')]),
    tile('designs', whole(trials.length), `suggested by ${sampler}`),
    tile(
      'simulations',
      whole(simulations.search + simulations.confirm),
      `of ${whole(budget)}${random ? `, ${whole(simulations.confirm)} to simulate the best again` : ''}`,
    ),
  ];
  const aims = [...objectives.map(aimText), ...constraints.map(({ name }) => name)];
  return element(
    'header',
    {},
    element('h1', {}, tune.title || 'Search'),
    element('p', { class: 'subtitle' }, aims.join(' · ')),
    element('div', { class: 'tiles' }, ...tiles),
  );
}

function winner(tune: TuneAnswer): HTMLElement {
  const { best, own, design, objectives, constraints, random, confidence, points } = tune;
  const shown = [...best, ...(own && !best.some(({ trial }) => trial === own.trial) ? [own] : [])];
  const rows = shown.map((one) => [
    one.origin === 'deck' ? `${one.trial} (the deck)` : String(one.trial),
    ...design.map(({ unit }, k) => formatNumber(one.design[k]!, unit, 5)),
    ...objectives.map((column, k) =>
      placed(one.objectives[k]!, estimateText(one.objectives[k]!, column), points),
    ),
    ...constraints.map((column, k) =>
      placed(one.constraints[k]!, estimateText(one.constraints[k]!, column), points),
    ),
    one.feasible ? 'yes' : 'no',
  ]);
  const headings = [
    'design',
    ...[...design, ...objectives, ...constraints].map(({ name }) => name),
    'constraints met',
  ];
  const level = Number((100 * confidence).toPrecision(4));
  const note = random
    ? `Simulated again with draws that no design was chosen by; in brackets ${level} % intervals. Figures of the search itself flatter the winner.`
    : 'Nothing is drawn: the figures are exact.';
  return section(
    objectives.length > 1 ? 'The front' : 'Best designs',
    table(headings, rows),
    element('p', { class: 'note' }, note),
  );
}

/** With corners the one that counts. */
const placed = ({ point }: FigureEstimate, text: string, points: readonly string[]): string =>
  points.length > 1 ? `${text} at ${points[point]}` : text;

function searchSection(tune: TuneAnswer): HTMLElement | undefined {
  if (tune.steps.length < 2) return undefined;
  const { rungs, trials } = tune;
  const drawings = tune.objectives.map((column, k) =>
    figure(
      `${column.name}: every design by when it was simulated; the line is the best so far`,
      convergence(tune, k),
    ),
  );
  const stopped = rungs.map(
    (samples) =>
      `${trials.filter((trial) => trial.samples === samples).length} designs got ${whole(samples)}`,
  );
  return section(
    'The search',
    element('div', { class: 'pair' }, ...drawings),
    rungs.length > 1 &&
      element(
        'p',
        { class: 'note' },
        `Larger dots have more samples; grey ones miss a constraint. ${stopped.join(', ')} samples.`,
      ),
  );
}

function frontSection(tune: TuneAnswer): HTMLElement | undefined {
  if (tune.objectives.length < 2 || tune.best.length === 0) return undefined;
  return section(
    'One against the other',
    figure('grey: every design that meets the constraints', pareto(tune)),
  );
}

function parallelSection(tune: TuneAnswer): HTMLElement | undefined {
  if (tune.trials.length < 3) return undefined;
  return section(
    'Designs side by side',
    element(
      'div',
      { class: 'scroll' },
      figure('a line per design, strong for the best, faint where a constraint is missed', parallel(tune)),
    ),
  );
}

function trialsSection({ trials, design, objectives, constraints }: TuneAnswer): HTMLElement {
  const rows = trials
    .slice(-MOST_ROWS)
    .map((trial) => [
      String(trial.trial),
      trial.origin,
      whole(trial.samples),
      ...design.map(({ unit }, k) => formatNumber(trial.design[k]!, unit, 4)),
      ...objectives.map((column, k) => figureText(trial.objectives[k] ?? Number.NaN, column)),
      ...constraints.map((column, k) => figureText(trial.constraints[k] ?? Number.NaN, column)),
    ]);
  const headings = [
    'design',
    'from',
    'samples',
    ...[...design, ...objectives, ...constraints].map(({ name }) => name),
  ];
  const title =
    trials.length > MOST_ROWS ? `the last ${MOST_ROWS} of ${whole(trials.length)} designs` : 'all designs';
  return section('Designs', element('details', {}, element('summary', {}, title), table(headings, rows)));
}
