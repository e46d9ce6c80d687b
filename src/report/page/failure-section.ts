import type { ReportData } from '../data.ts';
import { intervalWords, placeWords, probabilityWords, shareWords, sigmaWords } from '../failure-words.ts';
import { element, section, table } from './dom.ts';

/** How probable failing is, by importance sampling, where it fails, and what speaks against the figures. */
export function failureSection({ answers: { failure } }: ReportData): HTMLElement | undefined {
  if (!failure) return undefined;
  const { confidence, searched, sampled, specs, regions, warnings } = failure;
  const level = `${Number((100 * confidence).toPrecision(6))} %`;
  const rows = specs.map(({ name, failuresIgnored: estimate }) => [
    name,
    intervalWords(estimate.probability, probabilityWords),
    intervalWords(estimate.sigma, sigmaWords),
    shareWords(estimate.relativeError),
    `${estimate.failing.toLocaleString('en')} of ${estimate.of.toLocaleString('en')}`,
    String(Math.round(estimate.effective)),
  ]);
  const places = regions.map((region) => [
    region.distance.toFixed(2),
    probabilityWords(region.tail),
    shareWords(region.share),
    region.rows.toLocaleString('en'),
    placeWords(region),
  ]);
  const methods = [...new Set(specs.map(({ failuresIgnored: { method } }) => method))].join('; ');
  return section(
    'Probability of failure',
    table(
      [
        'spec',
        `probability (${level} interval)`,
        'sigma level',
        'standard error',
        'failing',
        'effective samples',
      ],
      rows,
    ),
    warnings.length > 0 &&
      element('ul', { class: 'note' }, ...warnings.map((warning) => element('li', {}, warning))),
    element('h3', {}, 'Where it fails'),
    table(['sigma from nominal', 'normal tail there', 'of the probability', 'failing samples', 'at'], places),
    element(
      'p',
      { class: 'note' },
      `Importance sampling: ${searched.toLocaleString('en')} simulations to find where it fails, ${sampled.toLocaleString('en')} drawn around there, each counted by the ratio of the densities. Intervals: ${methods}.`,
    ),
  );
}
