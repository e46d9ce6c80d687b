import { basename } from 'node:path';
import { nearestNames, type Place, SpiceLabError } from '../errors/index.ts';
import { type LoadedFile, libraryArguments } from './load.ts';

const INCLUDE = /^\.inc(?:l|lude)?\s+(.+)$/i;
const LIB = /^\.lib\s+(.+)$/i;
/** Sections that a message tells. */
const MOST_SECTIONS = 40;

/** A line that asks for another file, or the start of a section that the file itself defines. */
export type Directive =
  | { readonly kind: 'include'; readonly name: string }
  | { readonly kind: 'library'; readonly name: string; readonly section: string }
  | { readonly kind: 'definition'; readonly end: number };

/** What line `at` of a file asks for; `undefined` for a line of the circuit. */
export function directiveAt(file: LoadedFile, at: number): Directive | undefined {
  const { text } = file.lines[at]!;
  if (text[0] !== '.') return undefined;
  const included = INCLUDE.exec(text);
  if (included) return { kind: 'include', name: libraryArguments(included[1]!)[0] ?? '' };
  const lib = LIB.exec(text);
  if (!lib) return undefined;
  const [name = '', section] = libraryArguments(lib[1]!);
  if (section !== undefined) return { kind: 'library', name, section };
  const definition = file.sections.get(name.toLowerCase());
  return definition?.start === at + 1
    ? { kind: 'definition', end: definition.end }
    : { kind: 'include', name };
}

/** Opens a file that a line of another one asks for. */
export type Open = (written: string, from: LoadedFile, place: Place) => Promise<LoadedFile>;

/** A `.lib FILE SECTION` line that stands outside of sections. */
export interface LibraryUse {
  readonly file: LoadedFile;
  readonly section: string;
  readonly place: Place;
}

/** Every library that the deck asks for, also by way of the files it includes, in the order of the lines. */
export async function libraryUses(deck: LoadedFile, open: Open): Promise<LibraryUse[]> {
  const uses: LibraryUse[] = [];
  const seen = new Set<LoadedFile>();
  const read = async (file: LoadedFile): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    for (let at = 0; at < file.lines.length; at++) {
      const directive = directiveAt(file, at);
      const place = { file: file.path, line: file.lines[at]!.line };
      if (directive?.kind === 'definition') at = directive.end;
      else if (directive?.kind === 'include') await read(await open(directive.name, file, place));
      else if (directive?.kind === 'library')
        uses.push({ file: await open(directive.name, file, place), section: directive.section, place });
    }
  };
  await read(deck);
  return uses;
}

/** Which section a library line of the deck uses instead of the one it names. */
export type ChosenSections = (file: LoadedFile, section: string) => string;

/**
 * Library sections to use instead of those that the deck names: by `file:section`, by file, or `*` for every file that
 * has such a section (several names joined by `+`, such as `ff+res_ff`). Files go by their base name, in any case. Where
 * the deck uses several sections of one file, the one of the same family is exchanged: `ff` takes the place of
 * `typical`, and `res_ff` that of `res_typical`.
 * @throws SpiceLabError LIBRARY_SECTION_MISSING for a wish that no line of the deck can take, STUDY_INVALID where several can
 */
export function chooseSections(
  wishes: Readonly<Record<string, string>>,
  uses: readonly LibraryUse[],
  deck: LoadedFile,
): ChosenSections {
  const chosen = new Map<string, string>();
  const take = (found: readonly LibraryUse[], wanted: string) => {
    for (const { file, section } of found) {
      const key = keyOf(file, section);
      if (!chosen.has(key)) chosen.set(key, wanted);
    }
  };
  for (const [key, wanted] of bySpecificity(wishes)) {
    if (key === '*') for (const name of wanted.split(/[\s+]+/)) take(inEveryFile(name, uses, deck), name);
    else take(ofFile(key, wanted, uses, deck), wanted);
  }
  return (file, section) => chosen.get(keyOf(file, section)) ?? section;
}

const keyOf = (file: LoadedFile, section: string) => `${file.path}\n${section.toLowerCase()}`;
const nameOf = ({ file }: LibraryUse) => basename(file.path).toLowerCase();

/** `file:section` before `file` before `*`. */
function bySpecificity(wishes: Readonly<Record<string, string>>): [string, string][] {
  const rank = (key: string) => (key === '*' ? 2 : key.includes(':') ? 0 : 1);
  return Object.entries(wishes)
    .map(([key, section]): [string, string] => [key.toLowerCase(), section])
    .sort(([a], [b]) => rank(a) - rank(b));
}

function ofFile(
  key: string,
  wanted: string,
  uses: readonly LibraryUse[],
  deck: LoadedFile,
): readonly LibraryUse[] {
  const exact = uses.filter((use) => `${nameOf(use)}:${use.section.toLowerCase()}` === key);
  const found =
    exact.length > 0
      ? exact
      : exchanged(
          wanted,
          uses.filter((use) => nameOf(use) === key),
        );
  if (found.length > 0) return found;
  const files = [...new Set(uses.map(nameOf))];
  const problem = `the deck has no .lib line for "${key}" (wanted with section "${wanted}")`;
  throw missing(
    problem,
    deck,
    files.length === 0 ? NO_LIBRARY : `The deck's libraries: ${files.join(', ')}.`,
  );
}

function inEveryFile(wanted: string, uses: readonly LibraryUse[], deck: LoadedFile): readonly LibraryUse[] {
  const having = uses.filter(({ file }) => file.sections.has(wanted.toLowerCase()));
  const files = [...new Set(having.map(({ file }) => file))];
  const found = files.flatMap((file) =>
    exchanged(
      wanted,
      having.filter((use) => use.file === file),
    ),
  );
  if (found.length > 0) return found;
  const names = [...new Set(uses.map(nameOf))];
  if (names.length === 0) throw missing(`no library of the deck has a section "${wanted}"`, deck, NO_LIBRARY);
  const offered = [...new Set(uses.flatMap(({ file }) => sectionNames(file)))];
  const likely = offered.filter((name) => uses.some(({ section }) => isOfFamily(name, section)));
  throw missing(
    `no library of the deck has a section "${wanted}"`,
    deck,
    sectionsToTake(wanted, likely.length > 0 ? likely : offered, `The sections of ${names.join(', ')}:`),
  );
}

/** Of the lines of one file those whose section the wanted one takes the place of. */
function exchanged(wanted: string, uses: readonly LibraryUse[]): readonly LibraryUse[] {
  const sections = new Set(uses.map(({ section }) => section.toLowerCase()));
  if (sections.size <= 1) return uses;
  const family = uses.filter(({ section }) => isOfFamily(wanted, section));
  if (new Set(family.map(({ section }) => section.toLowerCase())).size === 1) return family;
  const [first] = family.length > 0 ? family : uses;
  const file = basename(first!.file.path);
  throw new SpiceLabError('STUDY_INVALID', `the deck uses several sections of ${file}`, {
    place: (family[1] ?? uses[1]!).place,
    remedy: `Say which one to exchange, for instance "${file}:${first!.section}": "${wanted}" (as a flag: --corner "${wanted}: lib[${file}:${first!.section}]=${wanted}").`,
  });
}

/** Sections are of a family by what stands before the last `_`: `res_ff` and `res_typical`, `ff` and `typical`. */
function isOfFamily(wanted: string, section: string): boolean {
  const prefix = section.toLowerCase().slice(0, section.lastIndexOf('_') + 1);
  return prefix === '' ? !wanted.includes('_') : wanted.toLowerCase().startsWith(prefix);
}

const sectionNames = (file: LoadedFile) => [...file.sections.values()].map(({ name }) => name);

const NO_LIBRARY = 'The deck has no .lib line with a section at all.';

const missing = (problem: string, deck: LoadedFile, remedy: string) =>
  new SpiceLabError('LIBRARY_SECTION_MISSING', problem, { place: { file: deck.path }, remedy });

/** @returns the error for a line that names a section which its file does not have */
export function sectionMissing(file: LoadedFile, wanted: string, place: Place): SpiceLabError {
  const names = sectionNames(file);
  return new SpiceLabError('LIBRARY_SECTION_MISSING', `${file.path} has no section "${wanted}"`, {
    place,
    remedy:
      names.length === 0
        ? 'It has no sections at all: use .include for it.'
        : sectionsToTake(wanted, names, 'It has:'),
  });
}

function sectionsToTake(wanted: string, names: readonly string[], introduction: string): string {
  const near = nearestNames(wanted, names);
  const listed =
    names.length > MOST_SECTIONS ? `${names.slice(0, MOST_SECTIONS).join(', ')}, …` : names.join(', ');
  return `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}${introduction} ${listed}.`;
}
