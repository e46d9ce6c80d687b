import type { Session } from '../run/results.ts';
import type { Answers } from './answers.ts';
import type { SweepFamily } from './sweeps.ts';
import type { WaveformFamily } from './waveforms.ts';

/** Points of a sorted sample: `p` the plotting position, `value` the quantile there. */
export interface QuantilePoint {
  readonly p: number;
  readonly value: number;
}

/** The course of one measurement at one point of the axes. */
export interface PointQuantiles {
  readonly label: string;
  readonly points: readonly QuantilePoint[];
}

export interface ScatterCloud {
  readonly measurement: string;
  readonly variable: string;
  readonly variableUnit: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface VariableRow {
  readonly name: string;
  readonly nominal: number;
  readonly unit: string;
  readonly varies: string;
}

/** Everything the page shows, as plain JSON inside it. */
export interface ReportData {
  readonly title: string;
  readonly location: string;
  readonly planId: string;
  readonly version: string;
  readonly engine: string;
  readonly wanted: number;
  readonly present: number;
  readonly counted: number;
  readonly random: boolean;
  readonly answers: Answers;
  readonly quantiles: Readonly<Record<string, readonly QuantilePoint[]>>;
  /** By measurement, where there are few points of the axes: each apart. */
  readonly quantilesByPoint: Readonly<Record<string, readonly PointQuantiles[]>>;
  readonly scatter: readonly ScatterCloud[];
  readonly sweeps: readonly SweepFamily[];
  readonly waveforms: readonly WaveformFamily[];
  readonly variables: readonly VariableRow[];
  /** Variables that choose among labels, such as corners. */
  readonly categorical: readonly string[];
  readonly analyses: readonly string[];
  readonly sampling: string;
  readonly sessions: readonly Session[];
}
