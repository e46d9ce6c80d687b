import { createWriteStream, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SpiceLabError } from '../../errors/index.ts';
import {
  EXPORT_FORMATS,
  exportTable,
  rawWaveforms,
  sampleTable,
  tuneTable,
  waveformTable,
} from '../../report/export/index.ts';
import type { Results } from '../../run/index.ts';
import { readTuneAnswer, trialLocation } from '../../simulate/tune/answer.ts';
import { writeError } from '../errors.ts';
import { openRun } from '../run-folder.ts';
import type { Streams } from '../streams.ts';

export interface ExportOptions {
  readonly format?: string | undefined;
  readonly output?: string | undefined;
  readonly waveforms?: boolean | undefined;
}

/** Writes a run's table to a file, all of it or nothing, or to standard output. */
export async function exportRun(run: string, options: ExportOptions, streams: Streams): Promise<void> {
  const results = await openRun(run);
  if (options.waveforms && results.plan.waveforms.length === 0) {
    throw new SpiceLabError('OPTION_INVALID', 'this run has no waveforms', {
      remedy: 'Run it again with --save "v(out)" to keep them.',
    });
  }
  await send(bytesOf(results, options), options, streams);
}

/** Writes the designs of a search as `exportRun` writes the samples of a run. */
export async function exportTuning(
  location: string,
  options: ExportOptions,
  streams: Streams,
): Promise<void> {
  const format = formatOf(options);
  if (options.waveforms || format === RAW)
    throw new SpiceLabError('OPTION_INVALID', 'a search has no waveforms', {
      remedy: `Those of a design, where they were saved, are in its run: spicelab export ${trialLocation(location, 0)} --waveforms.`,
    });
  await send(exportTable(tuneTable(await readTuneAnswer(location)), format), options, streams);
}

async function send(
  bytes: AsyncIterable<Uint8Array>,
  options: ExportOptions,
  streams: Streams,
): Promise<void> {
  if (options.output === undefined) {
    await toStandardOutput(bytes, streams.stdout as Writable);
    return;
  }
  await toFile(bytes, options.output);
  streams.stderr.write(`Wrote ${options.output}\n`);
}

function bytesOf(results: Results, options: ExportOptions): AsyncIterable<Uint8Array> {
  const format = formatOf(options);
  if (format !== RAW)
    return exportTable(options.waveforms ? waveformTable(results) : sampleTable(results), format);
  if (options.waveforms) return rawWaveforms(results);
  throw new SpiceLabError('OPTION_INVALID', 'a raw file holds waveforms, not samples', {
    remedy: 'Add --waveforms, or choose csv, parquet, json or arrow.',
  });
}

/** ngspice's own format, for waveforms only. */
const RAW = 'raw';

/** Endings under which CSV text would not be opened. */
const OTHER_TOOLS = new Set(['xlsx', 'xls', 'ods', 'h5', 'hdf', 'hdf5', 'mat', 'npy', 'npz', 'pkl']);

/** The format asked for, else what the file's ending says, else CSV. */
function formatOf({ format, output }: ExportOptions): string {
  if (format) return format;
  const ending = output?.split('.').at(-1)?.toLowerCase();
  if (ending === 'feather') return 'arrow';
  if (ending && OTHER_TOOLS.has(ending)) {
    throw new SpiceLabError('OPTION_INVALID', `a table cannot be written as .${ending}`, {
      remedy: 'Give a file that ends in .csv (spreadsheets, MATLAB), .parquet or .arrow (pandas), or .json.',
    });
  }
  return ending && [...Object.keys(EXPORT_FORMATS), RAW].includes(ending) ? ending : 'csv';
}

async function toStandardOutput(bytes: AsyncIterable<Uint8Array>, output: Writable): Promise<void> {
  try {
    await pipeline(Readable.from(bytes), output, { end: false });
  } catch (cause) {
    // a reader that has seen enough, such as `head`, is no failure
    if ((cause as NodeJS.ErrnoException).code !== 'EPIPE') throw writeError('standard output', cause);
  }
}

async function toFile(bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  if (isDevice(path)) {
    await pipeline(Readable.from(bytes), createWriteStream(path)).catch((thrown: unknown) => {
      throw writeError(path, thrown);
    });
    return;
  }
  const partial = `${path}.partial-${process.pid}`;
  try {
    await pipeline(Readable.from(bytes), createWriteStream(partial));
    await rename(partial, path);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw writeError(path, thrown);
  }
}

/** A pipe or `/dev/stdout` is written to; a finished file in its place would end it. */
function isDevice(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}
