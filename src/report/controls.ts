import type { Measurement, Plan } from '../plan/schema.ts';
import { scoreOf } from '../plan/score-of.ts';
import type { ResultBatch } from '../run/results.ts';
import { MOST_JOINT } from '../stats/comoments.ts';
import {
  ControlledSigma,
  ControlledYield,
  type ControlModel,
  controlledMean,
  fitControls,
} from '../stats/control-variate.ts';
import { CovarianceCollector } from '../stats/covariance.ts';
import type { ColumnStatistics, Estimate, YieldStatistics } from '../stats/types.ts';
import { judge } from '../stats/yield.ts';
import type { ControlledAnswer, ControlledEstimate } from './answers.ts';
import { usable } from './usable.ts';

/** Rows that each control must have, and in all, before the regression's own error is small. */
const ROWS_PER_CONTROL = 5;
const FEWEST_ROWS = 50;
/** More rows than this have narrow intervals without help, and take their time. */
const MOST_ROWS = 200_000;
/** Variance of the plain estimate over that of the controlled one, below which a second figure only confuses. */
const WORTHWHILE = 2;
const MOST_RATIO = 1e12;

/** A random variable's normal score, whose mean and covariances are known. */
interface Control {
  readonly name: string;
  readonly index: number;
  readonly scoreOf: (value: number) => number;
}

interface Fitted {
  readonly model: ControlModel;
  readonly sigma: ControlledSigma;
}

/**
 * Estimates one group of samples with the scores of its random variables as linear control variates: known mean 0, known
 * covariance (the identity, or a correlated group's matrix). For independent random draws only: Sobol points and Latin
 * hypercubes have smoothed the linear part away already, and their residuals are not independent.
 */
export class ControlCollector {
  private readonly controls: readonly Control[];
  private readonly covariance: CovarianceCollector;
  private readonly row: Float64Array;
  private readonly linear: Float64Array;
  private rows = 0;
  private readonly missing: Float64Array;
  private fitted: (Fitted | undefined)[] = [];
  private yields: (ControlledYield | undefined)[] = [];

  private constructor(
    private readonly plan: Plan,
    private readonly measurements: readonly Measurement[],
    controls: readonly Control[],
  ) {
    this.controls = controls;
    this.covariance = new CovarianceCollector(controls.length, measurements.length);
    this.row = new Float64Array(controls.length + measurements.length);
    this.linear = new Float64Array(measurements.length);
    this.missing = new Float64Array(measurements.length);
  }

  /** `undefined` where control variates are not valid, or not worth it. */
  static for(plan: Plan, measurements: readonly Measurement[], rows: number): ControlCollector | undefined {
    if (plan.sampling.method !== 'random' || rows > MOST_ROWS || rows < FEWEST_ROWS) return undefined;
    const controls = plan.variables.flatMap(({ name, source }, index): Control[] => {
      const score = source.kind === 'random' ? scoreOf(source.distribution) : undefined;
      return score ? [{ name, index, scoreOf: score }] : [];
    });
    const few = rows < ROWS_PER_CONTROL * controls.length;
    if (controls.length === 0 || controls.length > MOST_JOINT || few) return undefined;
    return new ControlCollector(plan, measurements, controls);
  }

  /** First reading. */
  observe(batch: ResultBatch, rows: Int32Array): void {
    const scores = this.scoresIn(batch);
    const measured = this.measuredIn(batch);
    for (const row of rows) {
      this.rows++;
      for (let c = 0; c < scores.length; c++) this.row[c] = scores[c]!(row);
      for (let m = 0; m < measured.length; m++) {
        const value = measured[m]!(row);
        if (!Number.isFinite(value)) this.missing[m]!++;
        this.row[scores.length + m] = value;
      }
      this.covariance.add(this.row);
    }
  }

  settle(): void {
    const found = this.covariance.finish();
    const models = new Map(
      [...new Set(found.map(({ moments }) => moments))].map((moments) => [
        moments,
        fitControls(moments, this.known()),
      ]),
    );
    this.fitted = found.map(({ moments, response }, m) => {
      const model = models.get(moments)![response]!;
      // Rows without a value are no random choice: the controls' means over the others are not known.
      const enough = this.rows >= Math.max(FEWEST_ROWS, ROWS_PER_CONTROL * this.controls.length);
      const complete = enough && this.missing[m] === 0 && moments.n === this.rows;
      return complete && model.linearVariance > 0 ? { model, sigma: new ControlledSigma(model) } : undefined;
    });
    this.yields = this.plan.specs.map((spec) => {
      const fitted = this.fitted[this.measurementOf(spec.measurement)];
      return fitted && new ControlledYield(fitted.model, spec);
    });
  }

  /** Second reading. */
  recount(batch: ResultBatch, rows: Int32Array): void {
    const scores = this.scoresIn(batch);
    const measured = this.measuredIn(batch);
    const judged = this.plan.specs.map(({ measurement }) => this.measurementOf(measurement));
    for (const row of rows) {
      for (let c = 0; c < scores.length; c++) this.row[c] = scores[c]!(row);
      this.fitted.forEach((fitted, m) => {
        if (!fitted) return;
        const { slopes } = fitted.model;
        let linear = 0;
        for (let c = 0; c < slopes.length; c++) linear += slopes[c]! * this.row[c]!;
        this.linear[m] = linear;
        fitted.sigma.add(measured[m]!(row), linear);
      });
      this.yields.forEach((controlled, s) => {
        const m = judged[s]!;
        controlled?.add(judge(measured[m]!(row), this.plan.specs[s]!) === 1, this.linear[m]!);
      });
    }
  }

  /** Those estimates that are narrower by enough than the plain ones; `undefined` where none is. */
  result(
    statistics: readonly ColumnStatistics[],
    yields: readonly YieldStatistics[],
    confidence: number,
  ): ControlledAnswer | undefined {
    const columns = this.fitted.flatMap((fitted, m) => {
      if (!fitted) return [];
      const plain = statistics[m]!;
      const mean = better(controlledMean(fitted.model, confidence), plain.mean);
      const sigma = better(fitted.sigma.estimate(confidence), plain.sigma);
      return mean || sigma ? [{ name: plain.name, unit: plain.unit, mean, sigma }] : [];
    });
    const judged = this.yields.flatMap((controlled, s) => {
      const plain = yields[s]?.failuresCounted;
      const narrower = controlled && plain && better(controlled.estimate(confidence), plain);
      return narrower ? [{ name: yields[s]!.name, yield: narrower }] : [];
    });
    if (columns.length === 0 && judged.length === 0) return undefined;
    return { confidence, controls: this.controls.length, statistics: columns, yields: judged };
  }

  private measurementOf(name: string): number {
    return this.measurements.findIndex((measurement) => measurement.name === name);
  }

  /** Covariance of two controls: 1 with itself, a correlated group's own, else 0. */
  private known(): (i: number, j: number) => number {
    const place = new Map<number, { group: number; member: number }>();
    this.plan.correlations.forEach(({ members }, group) => {
      members.forEach((index, member) => {
        place.set(index, { group, member });
      });
    });
    return (i, j) => {
      if (i === j) return 1;
      const [a, b] = [place.get(this.controls[i]!.index), place.get(this.controls[j]!.index)];
      if (!a || !b || a.group !== b.group) return 0;
      return this.plan.correlations[a.group]!.matrix[a.member]![b.member]!;
    };
  }

  private scoresIn(batch: ResultBatch): ((row: number) => number)[] {
    return this.controls.map(({ name, scoreOf: score }) => {
      const column = batch.columns.get(name)!;
      return (row) => score(column[row]!);
    });
  }

  private measuredIn(batch: ResultBatch): ((row: number) => number)[] {
    return this.measurements.map(({ name }) => {
      const column = batch.columns.get(name)!;
      return (row) => (usable(batch.status[row]!) ? column[row]! : Number.NaN);
    });
  }
}

function better(controlled: Estimate, plain: Estimate): ControlledEstimate | undefined {
  const width = controlled.high - controlled.low;
  const ratio = Math.min(MOST_RATIO, ((plain.high - plain.low) / width) ** 2);
  return ratio >= WORTHWHILE ? { ...controlled, ratio } : undefined;
}
