import { type Place, SpiceLabError } from '../errors/index.ts';
import type { Deck } from '../netlist/index.ts';
import type { Analysis, Measurement } from '../plan/index.ts';
import type { AnalysisKind } from './analyses.ts';
import type { Symbols } from './symbols.ts';
import type { Notice } from './types.ts';
import type { VectorNames } from './vectors.ts';

/** What measurements are compiled with. */
export interface MeasurementContext {
  readonly deck: Deck;
  readonly analyses: readonly Analysis[];
  readonly symbols: Symbols;
  readonly vectors: VectorNames;
  readonly notices: Notice[];
  readonly list: MeasurementList;
}

const RESERVED = new Set(['sample', 'status', 'message']);

/** The plan's measurements as they are found; names are unique among them and apart from the variables'. */
export class MeasurementList {
  readonly all: Measurement[] = [];
  readonly #taken: Map<string, string>;

  constructor(variables: readonly string[]) {
    this.#taken = new Map(variables.map((name) => [name.toLowerCase(), 'a variable']));
  }

  /** @throws SpiceLabError MEASUREMENT_INVALID for a name that is taken */
  add(measurement: Measurement, place?: Place): void {
    const key = measurement.name.toLowerCase();
    const taken = RESERVED.has(key) ? 'a column of every table' : this.#taken.get(key);
    if (taken !== undefined) {
      throw new SpiceLabError(
        'MEASUREMENT_INVALID',
        `"${measurement.name}" is the name of ${taken} already`,
        {
          place,
          remedy: 'Give the measurement another name.',
        },
      );
    }
    this.#taken.set(key, 'a measurement');
    this.all.push(measurement);
  }

  find(name: string): Measurement | undefined {
    return this.all.find((measurement) => measurement.name.toLowerCase() === name.toLowerCase());
  }

  names(): string[] {
    return this.all.map(({ name }) => name);
  }
}

/**
 * The analysis of a name (`ac2`) or, for a kind, the first of that kind.
 * @throws SpiceLabError MEASUREMENT_INVALID naming those that there are
 */
export function analysisNamed(
  wanted: string,
  analyses: readonly Analysis[],
  measurement: string,
  place?: Place,
): Analysis {
  const found = analyses.find(({ name }) => name === wanted.toLowerCase());
  if (found) return found;
  throw new SpiceLabError(
    'MEASUREMENT_INVALID',
    `${measurement} is of the analysis "${wanted}", which is not run`,
    {
      place,
      remedy: `There is: ${analyses.map(({ name, command }) => `${name} (${command})`).join(', ')}.`,
    },
  );
}

export const ofKind = (analyses: readonly Analysis[], kind: AnalysisKind): Analysis[] =>
  analyses.filter((analysis) => analysis.kind === kind);
