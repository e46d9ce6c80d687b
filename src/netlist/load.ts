import { basename, dirname, join } from 'node:path';
import { didYouMean, nearestNames, type Place, SpiceLabError } from '../errors/index.ts';
import { decodeText } from './decode.ts';
import { type FileReader, LARGEST_FILE } from './files.ts';
import { candidatesOf, type IncludeRequest } from './include-paths.ts';
import { type LogicalLine, logicalLines } from './logical-lines.ts';
import { type NamedPath, pdkRemedy } from './pdk.ts';

/** Lines [start, end) of a file between `.lib NAME` and `.endl`. */
export interface LibrarySection {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** One file of a deck, read once however often it is included. */
export interface LoadedFile {
  /** To open it from where the program runs. */
  readonly path: string;
  /** As plans spell it: relative to the deck's folder unless the deck names it otherwise, with `/`, its variables kept. */
  readonly label: string;
  readonly lines: readonly LogicalLine[];
  /** By lower-case name. */
  readonly sections: ReadonlyMap<string, LibrarySection>;
}

/** Files by path, shared by the readings of one deck with different library sections. */
export type FileCache = Map<string, Promise<LoadedFile>>;

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
/** Folders that a message tells. */
const MOST_FOLDERS = 5;
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** The deck itself. @throws SpiceLabError DECK_UNREADABLE, DECK_TOO_LARGE */
export async function readDeckFile(path: string, files: FileReader): Promise<string> {
  try {
    return decodeText(await files.read(path), path);
  } catch (thrown) {
    if (thrown instanceof SpiceLabError) throw thrown;
    throw unreadable(path, thrown, { file: path }, await remedyForDeck(path, codeOf(thrown), files));
  }
}

async function remedyForDeck(path: string, code: string, files: FileReader): Promise<string> {
  if (code === 'EISDIR') return 'Give a netlist file in that folder.';
  if (!NOT_THERE.has(code)) return 'Make it readable, or give another deck.';
  return didYouMean(await namesNear(path, files), 'Check the path of the deck.');
}

function unreadable(path: string, thrown: unknown, place: Place, remedy: string): SpiceLabError {
  const code = codeOf(thrown);
  if (code === 'EFBIG') {
    return new SpiceLabError('DECK_TOO_LARGE', `${path} is larger than ${LARGEST_FILE / 2 ** 20} MB`, {
      place,
      remedy: 'Include only the model files that the deck needs.',
      cause: thrown,
    });
  }
  const why =
    code === 'EISDIR'
      ? 'it is a folder'
      : NOT_THERE.has(code)
        ? 'there is no such file'
        : code === 'EACCES' || code === 'EPERM'
          ? 'permission denied'
          : code || 'unknown reason';
  const what = place.file === path ? 'the deck cannot be read' : `${path} cannot be read`;
  return new SpiceLabError('DECK_UNREADABLE', `${what}: ${why}`, {
    place,
    remedy,
    cause: thrown,
  });
}

async function namesNear(path: string, files: FileReader): Promise<string[]> {
  try {
    const folder = dirname(path);
    return nearestNames(basename(path), await files.list(folder)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Finds and reads a file that a deck asks for. @throws SpiceLabError INCLUDE_MISSING, DECK_UNREADABLE, DECK_TOO_LARGE */
export async function loadInclude(
  request: IncludeRequest,
  files: FileReader,
  cache: FileCache,
): Promise<LoadedFile> {
  const tried: NamedPath[] = [];
  for await (const candidate of candidatesOf(request, files)) {
    if (tried.some(({ path }) => path === candidate.path)) continue;
    tried.push(candidate);
    let loading = cache.get(candidate.path);
    if (!loading) {
      loading = load(candidate, files);
      cache.set(candidate.path, loading);
    }
    try {
      return await loading;
    } catch (thrown) {
      if (thrown instanceof SpiceLabError) throw thrown;
      if (NOT_THERE.has(codeOf(thrown))) continue;
      throw unreadable(shown(candidate), thrown, request.place, 'Name a file that can be read.');
    }
  }
  throw await notFound(request, tried, files);
}

/** Paths that the environment had a part in are told by its names. */
const shown = ({ path, label }: NamedPath): string => (/^~|\$/.test(label) ? label : path);

async function notFound(
  { written, place, environment }: IncludeRequest,
  tried: readonly NamedPath[],
  files: FileReader,
): Promise<SpiceLabError> {
  const near = (
    await Promise.all(
      tried.map(async (candidate) => {
        const folder = dirname(shown(candidate));
        return (await namesNear(candidate.path, files)).map((path) => join(folder, basename(path)));
      }),
    )
  ).flat();
  const folders = [...new Set(tried.map((candidate) => dirname(shown(candidate))))];
  const listed = folders.length > MOST_FOLDERS ? [...folders.slice(0, MOST_FOLDERS), '…'] : folders;
  const looked =
    folders.length > 1 || folders[0] !== dirname(written) ? ` (looked in ${listed.join(', ')})` : '';
  const remedy =
    near.length > 0
      ? `Did you mean ${near.slice(0, 3).join(' or ')}?`
      : ((await pdkRemedy(written, environment, files)) ?? 'Correct the path in the deck.');
  return new SpiceLabError('INCLUDE_MISSING', `included file ${written} not found${looked}`, {
    place,
    remedy,
  });
}

async function load({ path, label }: NamedPath, files: FileReader): Promise<LoadedFile> {
  const lines = logicalLines(decodeText(await files.read(path), path), path);
  return { path, label, lines, sections: sectionsOf(lines) };
}

const LIB_WORD = /^\.(lib|endl)\b\s*(.*)$/i;

/**
 * Sections of a library. A `.lib` with one argument opens one if the next `.lib` of that form or `.endl` is an `.endl`;
 * otherwise it includes a file, as LTspice and PSpice have it.
 */
export function sectionsOf(lines: readonly LogicalLine[]): Map<string, LibrarySection> {
  const sections = new Map<string, LibrarySection>();
  let open: { name: string; start: number } | undefined;
  lines.forEach(({ text }, index) => {
    if (text[0] !== '.') return;
    const [, word, rest = ''] = LIB_WORD.exec(text) ?? [];
    if (word === undefined) return;
    if (word.toLowerCase() === 'endl') {
      const known = open && sections.has(open.name.toLowerCase());
      if (open && !known) sections.set(open.name.toLowerCase(), { ...open, end: index });
      open = undefined;
    } else if (libraryArguments(rest).length === 1) {
      open = { name: libraryArguments(rest)[0]!, start: index + 1 };
    }
  });
  return sections;
}

/** The words after `.lib`: one or two, quotes kept together and taken off. */
export function libraryArguments(rest: string): string[] {
  return (rest.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}
