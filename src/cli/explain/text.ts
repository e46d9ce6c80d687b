import type { DeckExplanation, DrawsApart, Notice } from '../../compile/index.ts';
import { formatNumber } from '../../expression/index.ts';
import { textTable } from '../table.ts';
import type { Explained } from './explained.ts';
import { groupsOf, type VariableGroup } from './groups.ts';

/** Rows of a table of draws that do not vary; all of them are in the JSON. */
const MOST_ROWS = 20;
/** Parameters that a row tells one by one. */
const MOST_REACHED = 3;

/** How each variable reaches the simulator, what of the deck varies and what does not, and what is simulated and measured. */
export function explanationText(explained: Explained): string {
  const { title, plan, deck, analyses, specs, notices } = explained;
  const sections = [
    `${title}\n${plan ? planLine(plan) : ''}`,
    variableTable(groupsOf(explained.variables)),
    drawsText(explained),
    switchTable(deck),
    apartTable('tied: one draw per sample', deck.tied),
    apartTable('held at nominal', deck.held),
    apartTable('dead', deck.dead),
    keptLine(deck),
    analyses.length > 0 ? `analyses: ${analyses.join('; ')}\n` : '',
    measurementTable(explained),
    specs.length > 0 ? `specs: ${specs.join('; ')}\n` : '',
    notices.map(noticeLine).join(''),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

const planLine = ({ id, bytes, circuits }: NonNullable<Explained['plan']>): string =>
  `plan ${id}, ${bytes} bytes, ${circuits} circuit${circuits === 1 ? '' : 's'}\n`;

type Column = readonly [heading: string, cell: (group: VariableGroup) => string];

function variableTable(groups: readonly VariableGroup[]): string {
  if (groups.length === 0) return 'nothing varies\n';
  const count: Column = ['count', (group) => String(group.count)];
  const reaches: Column = ['reaches', reachText];
  const columns: Column[] = [
    ['variable', ({ name }) => name],
    ...(groups.some((group) => group.count > 1) ? [count] : []),
    ['kind', (group) => group.class ?? group.kind],
    ['nominal', ({ nominal, unit }) => (nominal === undefined ? '' : formatNumber(nominal, unit))],
    ['rung', ({ rung }) => rung],
    ['distribution', ({ distribution }) => distribution?.kind ?? ''],
    ['sigma', sigmaText],
    ...(groups.some((group) => group.reaches.length > 0) ? [reaches] : []),
    ['why', ({ why }) => why],
  ];
  return textTable(
    columns.map(([heading]) => heading),
    groups.map((group) => columns.map(([, cell]) => cell(group))),
  );
}

function sigmaText({ sigma, unit, distribution }: VariableGroup): string {
  if (!sigma) return '';
  const of = distribution?.kind === 'lognormal' ? '' : unit;
  const [least, most] = [formatNumber(sigma.least, of), formatNumber(sigma.most, of)];
  return least === most ? least : `${least} to ${most}`;
}

function reachText({ reaches }: VariableGroup): string {
  const more = reaches.length - MOST_REACHED;
  const told = more > 1 ? reaches.slice(0, MOST_REACHED) : reaches;
  return `${told.join(', ')}${more > 1 ? ` and ${more} more` : ''}`;
}

/** How many of the deck's draws became what. */
function drawsText({ variables, deck }: Explained): string {
  const draws = variables.filter((variable) => variable.class !== undefined);
  const sum = (apart: readonly DrawsApart[]) => apart.reduce((total, { count }) => total + count, 0);
  const [held, dead] = [sum(deck.held), sum(deck.dead)];
  if (draws.length + held + dead === 0) return '';
  const of = (name: string) => draws.filter((variable) => variable.class === name).length;
  const varying = `${draws.length} vary (${of('process')} process, ${of('mismatch')} mismatch)`;
  return `draws of the deck: ${varying}, ${held} held, ${dead} dead\n`;
}

function switchTable({ switches }: DeckExplanation): string {
  if (switches.length === 0) return '';
  return textTable(
    ['switch', 'in the deck', 'set to', 'gates'],
    switches.map(({ name, value, set, gates }) => [
      name,
      formatNumber(value),
      set === undefined ? '–' : formatNumber(set),
      listText(gates),
    ]),
  );
}

const listText = (names: readonly string[]): string =>
  names.length > MOST_REACHED + 1
    ? `${names.slice(0, MOST_REACHED).join(', ')} and ${names.length - MOST_REACHED} more`
    : names.join(', ');

function apartTable(heading: string, apart: readonly DrawsApart[]): string {
  if (apart.length === 0) return '';
  const rows = apart
    .slice(0, MOST_ROWS)
    .map(({ name, count, why, place }) => [
      name,
      String(count),
      why,
      place ? `${place.file}:${place.line ?? 1}` : '',
    ]);
  const more =
    apart.length > MOST_ROWS ? `and ${apart.length - MOST_ROWS} more names; --json has them all\n` : '';
  return `${textTable([heading, 'count', 'why', 'where'], rows)}${more}`;
}

function keptLine({ kept }: DeckExplanation): string {
  const smaller = kept.filter(({ of }) => of > 0);
  if (smaller.length === 0) return '';
  return `kept of the deck: ${smaller.map(({ what, kept: here, of }) => `${here} of ${of} ${what}`).join(', ')}\n`;
}

function measurementTable({ measurements }: Explained): string {
  if (measurements.length === 0) return '';
  return textTable(
    ['measurement', 'unit', 'analysis', 'how'],
    measurements.map(({ name, unit, analysis, how }) => [name, unit, analysis, how]),
  );
}

const noticeLine = ({ message, place }: Notice): string =>
  `note ${place ? `${place.file}:${place.line ?? 1}: ` : ''}${message}\n`;
