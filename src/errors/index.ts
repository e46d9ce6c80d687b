/** Where in the user's own text something is wrong; `line` counts from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
}

/**
 * Who can mend it: `user` errors (deck, study, command line) are never retried and end with exit code 2,
 * `infrastructure` errors are retried with backoff, `internal` ones are defects of SpiceLab.
 */
export type Blame = 'user' | 'infrastructure' | 'internal';

/** Every code that a caller may meet; stable across releases. */
export const ERROR_CODES = {
  // the deck
  DECK_UNREADABLE: 'user',
  DECK_SYNTAX: 'user',
  DECK_TOO_LARGE: 'user',
  DECK_UNTRUSTED: 'user',
  INCLUDE_MISSING: 'user',
  INCLUDE_LOOP: 'user',
  LIBRARY_SECTION_MISSING: 'user',
  SUBCIRCUIT_UNDEFINED: 'user',
  MODEL_UNDEFINED: 'user',
  PARAMETER_UNDEFINED: 'user',
  ANALYSIS_MISSING: 'user',
  // expressions and numbers
  EXPRESSION_SYNTAX: 'user',
  EXPRESSION_NAME: 'user',
  EXPRESSION_TYPE: 'user',
  NUMBER_SYNTAX: 'user',
  // the study
  STUDY_UNREADABLE: 'user',
  STUDY_INVALID: 'user',
  TARGET_UNKNOWN: 'user',
  DISTRIBUTION_INVALID: 'user',
  CORRELATION_INVALID: 'user',
  MEASUREMENT_INVALID: 'user',
  SPEC_INVALID: 'user',
  // the plan and what runs it
  PLAN_INVALID: 'user',
  ENGINE_UNKNOWN: 'user',
  ENGINE_MISSING: 'user',
  ENGINE_MISMATCH: 'user',
  ENGINE_LOAD: 'user',
  ENGINE_FAILED: 'infrastructure',
  BACKEND_UNKNOWN: 'user',
  BACKEND_UNUSABLE: 'user',
  BACKEND_FAILED: 'infrastructure',
  WORKER_FAILED: 'infrastructure',
  PROTOCOL_INVALID: 'internal',
  // the run and its store
  RUN_UNREADABLE: 'user',
  RUN_LOCKED: 'user',
  RUN_MISMATCH: 'user',
  STORE_UNUSABLE: 'user',
  STORE_FAILED: 'infrastructure',
  STORE_FULL: 'infrastructure',
  PART_CORRUPT: 'infrastructure',
  // everything else a user types
  OPTION_INVALID: 'user',
  FILE_FAILED: 'user',
  INTERNAL: 'internal',
} as const satisfies Record<string, Blame>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  readonly place?: Place | undefined;
  /** What to do about it, as a sentence to the user. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/** The one error class of the project: a stable code, the place in the user's text, and what to do about it. */
export class SpiceLabError extends Error {
  readonly code: ErrorCode;
  readonly place: Place | undefined;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SpiceLabError';
    this.code = code;
    this.place = details.place;
    this.remedy = details.remedy;
  }

  get blame(): Blame {
    return ERROR_CODES[this.code];
  }

  /** Plain JSON, for a process boundary; `fromJSON` is its inverse. */
  toJSON(): SerializedError {
    return { code: this.code, message: this.message, place: this.place, remedy: this.remedy };
  }

  static fromJSON(error: SerializedError): SpiceLabError {
    return new SpiceLabError(error.code, error.message, { place: error.place, remedy: error.remedy });
  }
}

export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly place?: Place | undefined;
  readonly remedy?: string | undefined;
}

/** Anything thrown as a `SpiceLabError`: itself, or an `INTERNAL` one that keeps the cause. */
export function toSpiceLabError(thrown: unknown): SpiceLabError {
  if (thrown instanceof SpiceLabError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SpiceLabError('INTERNAL', message, { cause: thrown });
}

/** `file:line: message` and the remedy on a line of its own: what the command line prints. */
export function describeError(error: SpiceLabError): string {
  const { place } = error;
  const where = place ? `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ` : '';
  return `${where}${error.message}${error.remedy ? `\n  ${error.remedy}` : ''}`;
}

/**
 * The known names nearest to a mistyped one by edit distance (Levenshtein 1966), nearest first, at most `most`.
 * Names further away than half their length are left out.
 */
export function nearestNames(name: string, known: Iterable<string>, most = 3): string[] {
  const wanted = name.toLowerCase();
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 2)))
      scored.push({ candidate, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate));
  return scored.slice(0, most).map((entry) => entry.candidate);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, substitution));
    }
    row = next;
  }
  return row[b.length]!;
}

/** A remedy: the names that may have been meant, or what else to do where none is near. */
export const didYouMean = (near: readonly string[], otherwise: string): string =>
  near.length > 0 ? `Did you mean ${near.join(' or ')}?` : otherwise;
