import { SpiceLabError } from '../errors/index.ts';
import { readQuantity } from '../expression/index.ts';
import { placed, type StudyContext } from './context.ts';
import type { RunInput } from './input.ts';
import { needNumber, shorten } from './text.ts';

/** How a study wants to be run, where the command line does not say otherwise. */
export interface RunDefaults {
  readonly engine?: string | undefined;
  readonly workers?: number | undefined;
  /** Samples per chunk. */
  readonly chunk?: number | undefined;
  readonly until: readonly string[];
  /** Between 0 and 1. */
  readonly confidence?: number | undefined;
  /** Name of a backend. */
  readonly on?: string | undefined;
  /** Seconds that one sample may take. */
  readonly timeout?: number | undefined;
}

/** @throws SpiceLabError OPTION_INVALID for a number out of range */
export function readRun(run: RunInput | undefined, context: StudyContext): RunDefaults {
  const { engine, workers, chunk, until, confidence, on, timeout } = run ?? {};
  const read = <T>(
    key: string,
    value: string | number | undefined,
    reader: (key: string, text: string) => T,
  ) => (value === undefined ? undefined : placed(context, ['run', key], () => reader(key, String(value))));
  return {
    engine,
    workers: read('workers', workers, readCount),
    chunk: read('chunk', chunk, readCount),
    until: until === undefined ? [] : typeof until === 'string' ? [until] : until,
    confidence: read('confidence', confidence, readConfidence),
    on,
    timeout: read('timeout', timeout, readSeconds),
  };
}

/** A whole number of at least 1. @throws SpiceLabError OPTION_INVALID */
export function readCount(key: string, text: string): number {
  const value = needNumber(text, key, 'OPTION_INVALID', `Give ${key} a whole number such as 4.`);
  if (Number.isInteger(value) && value >= 1) return value;
  throw invalid(key, text, 'a whole number of at least 1');
}

/** `95%` or `0.95`, as 0.95. @throws SpiceLabError OPTION_INVALID */
export function readConfidence(key: string, text: string): number {
  const value = readQuantity(text)?.amount;
  if (value !== undefined && value > 0 && value < 1) return value;
  throw invalid(key, text, 'a share such as 95% or 0.95');
}

/** Seconds: `30`, `500m`, `2min` are 30, 0.5 and 120. @throws SpiceLabError OPTION_INVALID */
export function readSeconds(key: string, text: string): number {
  const minutes = /^(.*\d)\s*min$/i.exec(text.trim());
  const value = needNumber(
    minutes ? minutes[1]! : text,
    key,
    'OPTION_INVALID',
    `Give ${key} seconds, such as 30.`,
  );
  if (value > 0) return minutes ? value * 60 : value;
  throw invalid(key, text, 'a number of seconds above 0');
}

const invalid = (key: string, text: string, wanted: string) =>
  new SpiceLabError('OPTION_INVALID', `${key} is "${shorten(text)}"`, { remedy: `Give ${key} ${wanted}.` });
