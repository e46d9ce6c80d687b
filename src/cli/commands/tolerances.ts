import { formatNumber } from '../../expression/index.ts';
import {
  type FailedPoint,
  type LocalSensitivity,
  sensitivity,
  type WorstCase,
  worstCase,
} from '../../simulate/index.ts';
import type { Quantity, Study } from '../../study/index.ts';
import { EXIT } from '../errors.ts';
import type { Streams } from '../streams.ts';
import { textTable } from '../table.ts';
import { progressFor } from '../watch.ts';
import { type RunFlags, simulateOptions, watch } from './simulate.ts';

/** Failed samples that are told one by one. */
const MOST_FAILED = 3;

/** Prints where each measurement is at its least and at its greatest. */
export async function runWorstCase(
  study: Study,
  flags: RunFlags & { readonly at?: number | undefined },
  streams: Streams,
): Promise<number> {
  const view = progressFor(flags, streams);
  const options = { ...simulateOptions(flags, view, streams), at: flags.at };
  const { cases, method, results, failed } = await worstCase(
    study,
    options,
    (handle) => void watch(handle, view, streams).catch(() => undefined),
  );
  if (flags.json) {
    streams.stdout.write(`${JSON.stringify({ type: 'worst-case', method, cases, failed })}\n`);
    return EXIT.ok;
  }
  const unitOf = new Map(results.plan.variables.map(({ name, unit }) => [name, unit]));
  const rows = cases.flatMap((entry) => [
    extremeRow(entry, 'least', unitOf),
    extremeRow(entry, 'greatest', unitOf),
  ]);
  streams.stdout.write(`Worst case (${method}, ${results.counted} samples)\n\n`);
  streams.stdout.write(textTable(['measurement', '', 'value', 'nominal', 'sample', 'where'], rows));
  streams.stdout.write(failedText(failed, results.counted, 'the worst case may be among them'));
  streams.stdout.write(
    `\nA sample's deck: spicelab show ${results.location} --sample ${cases[0]?.least.sample ?? 0} --deck\n`,
  );
  return EXIT.ok;
}

/** What the figures above do not know of, or nothing. */
function failedText(failed: readonly FailedPoint[], of: number, so: string): string {
  if (failed.length === 0) return '';
  const lines = failed
    .slice(0, MOST_FAILED)
    .map(({ sample, status, message }) => `  ${sample}  ${status}: ${message}`);
  const more = failed.length > MOST_FAILED ? [`  and ${failed.length - MOST_FAILED} more`] : [];
  return `\n${[`${failed.length} of ${of} samples failed: ${so}`, ...lines, ...more].join('\n')}\n`;
}

function extremeRow(
  entry: WorstCase,
  side: 'least' | 'greatest',
  unitOf: ReadonlyMap<string, string>,
): string[] {
  const { value, sample, at } = entry[side];
  const where = Object.entries(at).map(
    ([name, amount]) =>
      `${name}=${typeof amount === 'string' ? amount : formatNumber(amount, unitOf.get(name) ?? '')}`,
  );
  return [
    entry.measurement,
    side,
    formatNumber(value, entry.unit),
    formatNumber(entry.nominal, entry.unit),
    String(sample),
    where.join(', '),
  ];
}

/** Prints how each measurement answers to each variable, strongest first. */
export async function runSensitivity(
  study: Study,
  flags: RunFlags & { readonly step?: Quantity | undefined },
  streams: Streams,
): Promise<number> {
  const view = progressFor(flags, streams);
  const options = { ...simulateOptions(flags, view, streams), step: flags.step };
  const { results, sensitivities, failed } = await sensitivity(
    study,
    options,
    (handle) => void watch(handle, view, streams).catch(() => undefined),
  );
  if (flags.json) {
    streams.stdout.write(`${JSON.stringify({ type: 'sensitivity', sensitivities, failed })}\n`);
    return EXIT.ok;
  }
  const units = new Map(
    [...results.plan.variables, ...results.plan.measurements].map(({ name, unit }) => [name, unit]),
  );
  const points = [...new Set(sensitivities.map(({ at }) => at))];
  const strongest = [...sensitivities].sort(
    (a, b) =>
      a.measurement.localeCompare(b.measurement) ||
      points.indexOf(a.at) - points.indexOf(b.at) ||
      Math.abs(b.swing) - Math.abs(a.swing),
  );
  const headings = ['measurement', 'variable', '% per %', 'slope', 'over both steps'];
  const several = points.length > 1;
  const rows = strongest.map((entry) => [...sensitivityRow(entry, units), ...(several ? [entry.at] : [])]);
  streams.stdout.write('Sensitivity, one variable at a time\n\n');
  streams.stdout.write(textTable(several ? [...headings, 'at'] : headings, rows));
  streams.stdout.write(failedText(failed, results.counted, 'sensitivities that need them are missing'));
  return EXIT.ok;
}

function sensitivityRow(
  { measurement, variable, normalised, absolute, swing }: LocalSensitivity,
  units: ReadonlyMap<string, string>,
): string[] {
  const unit = units.get(measurement) ?? '';
  const per = units.get(variable);
  const slope = per ? `${formatNumber(absolute)} ${unit}/${per}` : formatNumber(absolute, unit);
  return [
    measurement,
    variable,
    Number.isFinite(normalised) ? normalised.toFixed(4) : '–',
    slope,
    formatNumber(swing, unit),
  ];
}
