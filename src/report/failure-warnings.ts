import type { FailureRegion, FailureStatistics } from './answers.ts';
import type { Outside } from './failure-regions.ts';

/** Fewer failing rows of equal weight than this: the interval is itself uncertain. */
const FEWEST_EFFECTIVE = 30;
/** A single row that makes more of the estimate than this: another seed may say something else. */
const MOST_OF_ONE_ROW = 0.1;
/** Relative standard error above which the figure is an order of magnitude at best. */
const MOST_RELATIVE_ERROR = 0.3;
/** Failing rows elsewhere that make more of the estimate than this are a region that was missed. */
const MOST_OUTSIDE = 0.01;

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** Why an estimate of importance sampling cannot be trusted as it stands, in sentences; empty where nothing speaks against it. */
export function failureWarnings(
  specs: readonly FailureStatistics[],
  regions: readonly FailureRegion[],
  outside: Outside,
  { reach, unreached }: { readonly reach: number; readonly unreached: readonly string[] },
): string[] {
  const beyond = unreached.map(
    (name) =>
      `${name}: the search met no failure within ${reach} sigma; its probability is not estimated, only seen to be small.`,
  );
  const about = specs.flatMap((spec) => (unreached.includes(spec.name) ? [] : estimateWarnings(spec)));
  const several =
    regions.length > 1
      ? [
          `${regions.length} failure regions were found; each has its share of the samples, but there may be more that the search did not meet.`,
        ]
      : [];
  const elsewhere =
    outside.rows > 0
      ? [
          `${outside.rows} failing ${outside.rows === 1 ? 'sample lies' : 'samples lie'} away from the regions that the search found and ${outside.rows === 1 ? 'makes' : 'make'} ${percent(outside.share)} of the estimate${outside.share > MOST_OUTSIDE ? ': a region was missed, and the probability is probably higher' : ''}.`,
        ]
      : [];
  return [...beyond, ...about, ...several, ...elsewhere];
}

function estimateWarnings({ name, failuresCounted, failuresIgnored }: FailureStatistics): string[] {
  const { failing, of, effective, largestShare, relativeError } = failuresIgnored;
  const unsimulated = failuresCounted.failing - failing;
  const broken =
    unsimulated > 0
      ? [
          `${name}: ${unsimulated} of ${of} samples failed to simulate; if all of them fail the spec, the probability is ${failuresCounted.probability.value.toExponential(2)}.`,
        ]
      : [];
  if (failing === 0)
    return [
      ...broken,
      `${name}: no sample failed, so nothing is known but that failing is rare: search with another level, or draw more samples.`,
    ];
  const doubts = [
    effective < FEWEST_EFFECTIVE &&
      `${name}: the estimate rests on as much as ${Number(effective.toPrecision(2))} failing samples of equal weight; below ${FEWEST_EFFECTIVE} its interval is uncertain too.`,
    largestShare > MOST_OF_ONE_ROW &&
      `${name}: one sample makes ${percent(largestShare)} of the estimate; compare another seed before you trust it.`,
    relativeError > MOST_RELATIVE_ERROR &&
      `${name}: the relative standard error is ${percent(relativeError)}; draw more samples with spicelab extend.`,
  ];
  return [...broken, ...doubts.filter((doubt) => doubt !== false)];
}
