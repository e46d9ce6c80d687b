import { readFileSync } from 'node:fs';
import { dirname, extname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SpiceLabError } from '../errors/index.ts';
import type { StudyContext } from './context.ts';
import type { RunInput } from './input.ts';
import { readStudy } from './read.ts';
import { type RunDefaults, readRun } from './run-defaults.ts';
import type { Study } from './schema.ts';

/** A study and how it wants to be run. */
export interface LoadedStudy {
  readonly study: Study;
  readonly run: RunDefaults;
}

export interface LoadOptions {
  /** What `import 'spicelab'` in a study module means where the package is not installed beside it. */
  readonly library?: string | undefined;
}

const MODULES = new Set(['.ts', '.mts', '.mjs', '.js', '.cjs', '.cts']);
const DATA = new Set(['.yaml', '.yml', '.json']);

/** @throws SpiceLabError FILE_FAILED */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${message}`;
    throw new SpiceLabError('FILE_FAILED', problem, {
      place: { file: path },
      cause,
      remedy: 'Check the path; paths in a study file are relative to that file.',
    });
  }
}

/** A context that reads real files, relative to a folder. */
export const fileContext = (folder: string, placeOf?: StudyContext['placeOf']): StudyContext => ({
  folder,
  readText: readTextFile,
  placeOf,
});

/** Whether a path looks like a study file rather than a deck. */
export const isStudyFile = (path: string): boolean => {
  const extension = extname(path).toLowerCase();
  return MODULES.has(extension) || DATA.has(extension);
};

/**
 * A study from a YAML, JSON, TypeScript or JavaScript file. A module exports as its default a study, its input, or a
 * function (which may be async) that returns one of them; `run` may be a named export.
 * @throws SpiceLabError STUDY_UNREADABLE, and whatever `readStudy` throws, with file and line for YAML and JSON
 */
export async function loadStudyFile(path: string, options: LoadOptions = {}): Promise<LoadedStudy> {
  const extension = extname(path).toLowerCase();
  if (MODULES.has(extension)) return loadModule(path, options);
  if (DATA.has(extension)) {
    // a reader of YAML that nobody needs would be a tenth of what a short command loads
    const { readData } = await import('./yaml-file.ts');
    const { value, placeOf } = readData(path, readTextFile(path));
    return fromInput(value, fileContext(dirname(path), placeOf));
  }
  throw unreadable(
    path,
    'this is no study file',
    `A study file ends in .yaml, .yml, .json, .ts, .mjs or .js; a deck is simulated by spicelab mc ${path} or spicelab sweep ${path}.`,
  );
}

async function loadModule(path: string, { library }: LoadOptions): Promise<LoadedStudy> {
  const exported = await importModule(path, library);
  // A CommonJS module may be the input itself.
  const made = exported['default'] ?? exported['study'] ?? ('deck' in exported ? exported : undefined);
  if (made === undefined)
    throw unreadable(path, 'the module exports no study', 'End it with: export default monteCarlo({ ... })');
  const value: unknown = typeof made === 'function' ? await callModule(path, made as () => unknown) : made;
  const context = fileContext(dirname(path));
  const place = { file: path };
  try {
    if (!isStudy(value)) return fromInput(value, context);
    return { study: value, run: readRun(exported['run'] as RunInput | undefined, context) };
  } catch (error) {
    if (!(error instanceof SpiceLabError) || error.place) throw error;
    throw new SpiceLabError(error.code, error.message, { place, remedy: error.remedy, cause: error.cause });
  }
}

async function importModule(path: string, library: string | undefined): Promise<Record<string, unknown>> {
  const absolute = resolve(path);
  readTextFile(path);
  try {
    const { createJiti } = await import('jiti');
    const jiti = createJiti(pathToFileURL(absolute).href, {
      moduleCache: false,
      interopDefault: false,
      ...(library === undefined ? {} : { alias: { spicelab: library } }),
    });
    return await jiti.import<Record<string, unknown>>(absolute);
  } catch (cause) {
    throw moduleError(path, cause);
  }
}

async function callModule(path: string, make: () => unknown): Promise<unknown> {
  try {
    return await make();
  } catch (cause) {
    throw moduleError(path, cause);
  }
}

/** What the module threw; `SpiceLabError` of this or of another copy of the library keeps its code. */
function moduleError(path: string, cause: unknown): SpiceLabError {
  if (cause instanceof SpiceLabError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const short = message.replaceAll(resolve(path), relative('.', path)).split('\n')[0]!;
  return new SpiceLabError('STUDY_UNREADABLE', `the module failed: ${short}`, {
    place: { file: path },
    cause,
    remedy: 'Mend the module; it runs as ordinary TypeScript.',
  });
}

function fromInput(input: unknown, context: StudyContext): LoadedStudy {
  const study = readStudy(input, context);
  return { study, run: readRun((input as { run?: RunInput }).run, context) };
}

/** Whether a value is a study already read (by `monteCarlo` and its like), not its input. */
function isStudy(value: unknown): value is Study {
  const study = value as Partial<Study> | null;
  return (
    typeof study === 'object' &&
    study !== null &&
    Array.isArray(study.correlations) &&
    typeof study.sampling === 'object'
  );
}

const unreadable = (file: string, message: string, remedy: string) =>
  new SpiceLabError('STUDY_UNREADABLE', message, { place: { file }, remedy });
