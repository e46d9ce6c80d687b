import { SpiceLabError } from '../errors/index.ts';
import { type Deck, diskFiles, type FileCache, type FileReader, readDeck } from '../netlist/index.ts';
import { type Axis, checkPlan, PLAN_FORMAT, type Plan, type Sampling } from '../plan/index.ts';
import type { Corner, Study } from '../study/schema.ts';
import { compileAnalyses } from './analyses.ts';
import { cornerAxis, pointsAxis, sweepAxis } from './axes.ts';
import { compileCorrelations } from './correlations.ts';
import { addDeckMeasurements } from './deck-measurements.ts';
import { addDefaultMeasurements } from './default-measurements.ts';
import { MeasurementList } from './measurement-list.ts';
import { openCircuits } from './open-circuits.ts';
import { addRandomVariables } from './random.ts';
import { setUpCircuits } from './set-up.ts';
import { Settings } from './settings.ts';
import { compileSpecs } from './specs.ts';
import { namedDraws } from './statistics/named.ts';
import { DeckDraws } from './statistics/statistics.ts';
import { addStudyMeasurements } from './study-measurements.ts';
import { createSymbols } from './symbols.ts';
import { tellOfDraws } from './tell-of-draws.ts';
import type { Compiled, Notice } from './types.ts';
import { createVectorNames } from './vectors.ts';
import { compileWaveforms } from './waveforms.ts';

/**
 * A study and its deck as a plan that engines can run anywhere.
 * @throws SpiceLabError DECK_*, INCLUDE_*, LIBRARY_SECTION_MISSING, SUBCIRCUIT_UNDEFINED, MODEL_UNDEFINED, PARAMETER_UNDEFINED,
 * ANALYSIS_MISSING, TARGET_UNKNOWN, DISTRIBUTION_INVALID, CORRELATION_INVALID, MEASUREMENT_INVALID, SPEC_INVALID, STUDY_INVALID,
 * EXPRESSION_*
 */
export async function compileStudy(study: Study, files: FileReader = diskFiles): Promise<Compiled> {
  const notices: Notice[] = [];
  const { decks, labels, circuitOfCorner } = await readDecks(study, files);
  const deck = decks[0]!;
  notices.push(...deck.warnings);

  const draws = decks.map((each) => new DeckDraws(each, study.statistics));
  const settings = new Settings(
    decks,
    draws.map((each) => () => (each.draws ? namedDraws(each.asWritten) : new Map())),
  );
  const axes = compileAxes(study, settings, circuitOfCorner);
  addRandomVariables(study.vary, settings, notices);
  const open = openCircuits(study, decks, draws, settings);
  const drawn = tellOfDraws(study, draws, open, notices);
  const correlations = compileCorrelations(study.correlations, settings);
  const planned = decks.map((each, i) => ({
    deck: each,
    label: labels[i]!,
    evaluated: open.evaluated[i],
    switches: draws[i]!.switches,
  }));
  const corner = cornerOf(settings, circuitOfCorner);
  const { circuits, assignments, explanation, census } = setUpCircuits(planned, settings, open.draws, corner);

  const symbols = createSymbols(decks, open.evaluated[0], settings, notices);
  const vectors = createVectorNames(decks);
  const analyses = compileAnalyses(study.analyses, deck, symbols, notices);
  const list = new MeasurementList(settings.variables.map(({ name }) => name));
  const context = { deck, analyses, symbols, vectors, notices, list };
  addDeckMeasurements(deck.measurements, context);
  addStudyMeasurements(study.measure, context);
  const specs = compileSpecs(study.specs, context);
  if (list.all.length === 0 && study.save.length === 0) addDefaultMeasurements(context);

  const plan: Plan = {
    format: PLAN_FORMAT,
    title: study.title ?? deck.title,
    circuits,
    variables: settings.variables,
    axes,
    sampling: samplingOf(study),
    correlations,
    assignments,
    analyses,
    measurements: list.all,
    specs,
    waveforms: compileWaveforms(study.save, analyses, vectors),
  };
  checkPlan(plan);
  return { plan, warnings: unique(notices), explanation, deck: { ...drawn, kept: census } };
}

/** One deck per distinct set of library sections; without corners the deck as it is. */
async function readDecks(
  study: Study,
  files: FileReader,
): Promise<{ decks: Deck[]; labels: string[]; circuitOfCorner: number[] }> {
  const cache: FileCache = new Map();
  const decks: Deck[] = [];
  const labels: string[] = [];
  const byTag = new Map<string, number>();
  const circuitOfCorner: number[] = [];
  const corners: readonly (Corner | undefined)[] = study.corners.length > 0 ? study.corners : [undefined];
  for (const corner of corners) {
    const sections = corner?.sections ?? {};
    const tag = JSON.stringify(Object.entries(sections).sort(([a], [b]) => (a < b ? -1 : 1)));
    let index = byTag.get(tag);
    if (index === undefined) {
      const deck = await readDeck(study.deck, files, {
        trustDeck: study.trustDeck,
        sections,
        cache,
      });
      index = decks.push(deck) - 1;
      labels.push(corner && Object.keys(sections).length > 0 ? corner.name : 'deck');
      byTag.set(tag, index);
    }
    circuitOfCorner.push(index);
  }
  return { decks, labels, circuitOfCorner };
}

/** Corners outermost, then points, then the sweep in its order. */
function compileAxes(study: Study, settings: Settings, circuitOfCorner: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  if (study.corners.length > 0) {
    axes.push(cornerAxis(study.corners, circuitOfCorner, settings, axes.length));
  }
  if (study.points) axes.push(pointsAxis(study.points, settings, axes.length));
  for (const sweep of study.sweep) axes.push(sweepAxis(sweep, settings, axes.length));
  return axes;
}

/** Which circuit each corner uses, where they differ. */
function cornerOf(settings: Settings, circuits: readonly number[]) {
  const variable = settings.variables.findIndex(({ labels }) => labels !== undefined);
  return new Set(circuits).size > 1 ? { variable, circuits } : undefined;
}

function samplingOf(study: Study): Sampling {
  const { method, seed, replicates } = study.sampling;
  if (!Number.isSafeInteger(study.samples) || study.samples < 1) {
    throw new SpiceLabError('STUDY_INVALID', `${study.samples} is no number of samples`, {
      remedy: 'Give a whole number of 1 or more.',
    });
  }
  switch (method) {
    case 'random':
      return { method, seed };
    case 'sobol':
      return { method, seed, replicates };
    case 'lhs':
      return { method, seed, block: Math.ceil(study.samples / hypercubes(study.samples, replicates)) };
  }
}

/** Draws of a hypercube below which it covers nothing evenly. */
const SMALLEST_HYPERCUBE = 8;

/** Independent Latin hypercubes that so many draws are made of: their differences tell how sure the answer is. */
const hypercubes = (samples: number, replicates: number): number =>
  samples >= SMALLEST_HYPERCUBE * replicates ? replicates : 1;

function unique(notices: readonly Notice[]): Notice[] {
  const seen = new Set<string>();
  return notices.filter(({ message, place }) => {
    const key = `${place?.file}:${place?.line}:${message}`;
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}
