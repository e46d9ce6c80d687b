import { formatNumber } from '../../expression/index.ts';
import type { YieldStatistics } from '../../stats/types.ts';
import type { Group, WorstSample } from '../answers.ts';
import type { ReportData } from '../data.ts';
import { contributorBars, scatter } from './charts.ts';
import { waveformPlot } from './curves.ts';
import { element, figure, section, table } from './dom.ts';
import { between, counted, percent } from './words.ts';

function tile(label: string, value: string, detail: string, tone = ''): HTMLElement {
  return element(
    'div',
    { class: `tile ${tone}` },
    element('div', { class: 'label' }, label),
    element('div', { class: 'value' }, value),
    element('div', { class: 'detail' }, detail),
  );
}

export function headline(data: ReportData): HTMLElement {
  const { all } = data.answers;
  const failed = Object.values(all.failures).reduce((sum, count) => sum + count, 0);
  const overall = all.yields.find(({ name }) => name === 'overall');
  const seconds = data.sessions.reduce((sum, session) => sum + session.busySeconds, 0);
  const simulated = data.sessions.reduce((sum, session) => sum + session.simulated, 0);
  const tiles = [
    overall && data.random
      ? tile(
          'yield',
          percent(overall.failuresCounted.value),
          between(overall.failuresCounted, percent),
          overall.failuresCounted.value >= 0.99 ? 'good' : 'bad',
        )
      : undefined,
    tile(
      'samples',
      all.rows.toLocaleString('en'),
      data.present < data.wanted
        ? `of ${data.wanted.toLocaleString('en')} wanted`
        : `all that were asked for`,
    ),
    tile('failed to simulate', failed.toLocaleString('en'), failuresInWords(all), failed > 0 ? 'bad' : ''),
    tile(
      'simulator',
      data.engine,
      simulated > 0 ? `${formatNumber(seconds / simulated, 's', 3)} per sample` : '',
    ),
  ].filter((made): made is HTMLElement => made !== undefined);
  return element(
    'header',
    {},
    element('h1', {}, data.title),
    element('p', { class: 'subtitle' }, data.random ? `${data.location} · ${data.sampling}` : data.location),
    element('div', { class: 'tiles' }, ...tiles),
  );
}

const failuresInWords = ({ failures }: Group): string =>
  Object.entries(failures)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ') || 'none';

export function specsSection(data: ReportData): HTMLElement | undefined {
  const { yields } = data.answers.all;
  if (yields.length === 0 || !data.random) return undefined;
  const apart = Object.keys(data.answers.all.failures).length > 0;
  const row = (label: string, entry: YieldStatistics) => [
    label,
    bar(entry.failuresCounted.value),
    percent(entry.failuresCounted.value),
    between(entry.failuresCounted, percent),
    ...(apart ? [percent(entry.failuresIgnored.value), between(entry.failuresIgnored, percent)] : []),
    `${entry.failuresCounted.passed} of ${entry.failuresCounted.of}`,
  ];
  const rows = yields.map((entry) => row(entry.name, entry));
  const overalls = data.answers.groups.flatMap((group) => {
    const overall = group.yields.find(({ name }) => name === 'overall');
    return overall ? [{ label: group.label, overall }] : [];
  });
  const groups = overalls.map(({ label, overall }) => row(label, overall));
  const methods = new Set([...yields, ...overalls.map(({ overall }) => overall)].map(({ method }) => method));
  const headings = [
    'spec',
    '',
    'yield',
    'interval',
    ...(apart ? ['without failed samples', 'interval'] : []),
    'passed',
  ];
  return section(
    'Yield',
    table(headings, rows),
    groups.length > 0 ? element('h3', {}, 'All specs, point by point') : undefined,
    groups.length > 0 ? table(['point', ...headings.slice(1)], groups) : undefined,
    element(
      'p',
      { class: 'note' },
      `${percent(data.answers.all.statistics[0]?.confidence ?? 0.95, 0)} intervals: ${[...methods].join('; ')}.`,
    ),
  );
}

function bar(share: number): HTMLElement {
  const inner = element('span', { style: `width:${(Math.max(0, Math.min(1, share)) * 100).toFixed(2)}%` });
  return element('span', { class: 'bar', role: 'img', 'aria-label': percent(share) }, inner);
}

export function contributorsSection(data: ReportData): HTMLElement | undefined {
  const unitOf = (name: string) =>
    data.answers.all.statistics.find((column) => column.name === name)?.unit ?? '';
  const categorical = new Set(data.categorical);
  const parts = data.answers.all.contributors
    .filter(({ contributors }) => contributors.length > 0)
    .map((entry) => {
      const clouds = data.scatter.filter(({ measurement }) => measurement === entry.measurement);
      const unit = unitOf(entry.measurement);
      return element(
        'div',
        { class: 'contributors' },
        element(
          'h3',
          {},
          `${entry.measurement}: a linear model explains ${percent(entry.rSquared, 1)} of its variance`,
        ),
        element(
          'div',
          { class: 'row' },
          figure('change per sigma of each variable', contributorBars(entry, unit, categorical)),
          ...clouds.map((cloud) => figure(`against ${cloud.variable}`, scatter(cloud, unit))),
        ),
      );
    });
  return parts.length > 0 ? section('What it depends on', ...parts) : undefined;
}

export function waveformSection(data: ReportData): HTMLElement | undefined {
  if (data.waveforms.length === 0) return undefined;
  return section(
    'Waveforms',
    element(
      'div',
      { class: 'pair' },
      ...data.waveforms.map((family) =>
        figure(
          `${family.analysis}: ${family.vector}, ${counted(family.curves.length, 'sample')}`,
          waveformPlot(family),
        ),
      ),
    ),
  );
}

export function worstSection(data: ReportData): HTMLElement | undefined {
  const { worst, statistics } = data.answers.all;
  if (worst.length === 0) return undefined;
  const unitOf = (name: string) => statistics.find((column) => column.name === name)?.unit ?? '';
  const names = statistics.map(({ name }) => name);
  const columns: [heading: string, cell: (entry: WorstSample) => string | HTMLElement][] = [
    ['sample', ({ sample }) => String(sample)],
    ['status', ({ status }) => (status === 'ok' ? '' : status)],
    ['why', ({ reason }) => reason ?? ''],
    ['spec', ({ spec }) => spec ?? ''],
    ['margin', ({ margin }) => (margin === undefined ? '' : `${margin.toFixed(2)} σ`)],
    ...names.map((name): [string, (entry: WorstSample) => string] => [
      name,
      ({ values }) => (Number.isFinite(values[name]) ? formatNumber(values[name]!, unitOf(name)) : '–'),
    ]),
    [
      'its deck',
      ({ sample }) => element('code', {}, `spicelab show ${data.location} --sample ${sample} --deck`),
    ],
  ];
  const telling = columns.filter(([, cell]) => worst.some((entry) => cell(entry) !== ''));
  return section(
    'Samples to look at',
    table(
      telling.map(([heading]) => heading),
      worst.map((entry) => telling.map(([, cell]) => cell(entry))),
    ),
    messagesOf(data),
  );
}

function messagesOf(data: ReportData): HTMLElement | undefined {
  const messages = data.answers.all.worst.flatMap(({ sample, message }) =>
    message ? [`${sample}: ${message}`] : [],
  );
  return messages.length > 0
    ? element('ul', { class: 'note' }, ...messages.map((message) => element('li', {}, message)))
    : undefined;
}

export function provenanceSection(data: ReportData): HTMLElement {
  const variables = data.variables.map(({ name, nominal, unit, varies }) => [
    name,
    formatNumber(nominal, unit),
    varies,
  ]);
  const sessions = data.sessions.map((session) => [
    session.started.replace('T', ' ').slice(0, 19),
    session.host,
    `${session.backend}, ${counted(session.workers, 'worker')}`,
    `${session.engine.name} ${session.engine.version}`,
    session.simulated.toLocaleString('en'),
    formatNumber(session.busySeconds, 's', 3),
    session.outcome?.kind ?? 'under way',
  ]);
  return section(
    'What ran',
    element(
      'p',
      {},
      `Analyses: ${data.analyses.join(', ') || 'none'}. ${data.random ? `Draws: ${data.sampling}.` : 'Nothing is drawn.'}`,
    ),
    table(['started (UTC)', 'host', 'where', 'simulator', 'samples', 'worker time', 'ended'], sessions),
    variables.length > 0
      ? element(
          'details',
          variables.length < 25 ? { open: '' } : {},
          element('summary', {}, counted(variables.length, 'variable')),
          table(['variable', 'nominal', 'varies'], variables),
        )
      : undefined,
  );
}
