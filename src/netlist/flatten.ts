import { basename, dirname } from 'node:path';
import { nearestNames, type Place, SpiceLabError } from '../errors/index.ts';
import type { FileReader } from './files.ts';
import { cleanPath, type FileCache, type LoadedFile, libraryArguments, loadInclude } from './load.ts';
import type { LogicalLine } from './logical-lines.ts';

/** A logical line of the flattened deck; `source` is an index into the deck's sources. */
export interface Line {
  readonly text: string;
  readonly source: number;
  /** From 1, in its own file. */
  readonly line: number;
}

export interface Source {
  /** To open it from where the program runs. */
  readonly path: string;
  /** As plans spell it. */
  readonly label: string;
}

export interface Flattened {
  readonly lines: readonly Line[];
  readonly sources: readonly Source[];
}

export interface FlattenOptions {
  readonly files: FileReader;
  readonly cache: FileCache;
  readonly deckFolder: string;
  /**
   * Library sections to use instead of those that the deck names: by `file:section`, by file, or `*` for every file
   * that has such a section. Files go by their base name, in any case.
   */
  readonly sections: Readonly<Record<string, string>>;
}

const MOST_CHARACTERS = 256 * 1024 * 1024;
const MOST_INCLUSIONS = 20_000;
const INCLUDE = /^\.inc(?:l|lude)?\s+(.+)$/i;
const LIB = /^\.lib\s+(.+)$/i;
const ENDL = /^\.endl\b/i;

/** Where an expansion stands: the files being expanded, and whether inside a library's section. */
interface Frame {
  readonly file: LoadedFile;
  readonly stack: readonly string[];
  readonly inSection: boolean;
}

/**
 * Puts every included file and library section in the place of the line that names it.
 * @throws SpiceLabError INCLUDE_MISSING, INCLUDE_LOOP, LIBRARY_SECTION_MISSING, DECK_TOO_LARGE, STUDY_INVALID
 */
export async function flatten(deck: LoadedFile, options: FlattenOptions): Promise<Flattened> {
  const lines: Line[] = [];
  const sources: Source[] = [];
  const indexOf = new Map<LoadedFile, number>();
  const selection = new SectionSelection(options.sections, deck);
  let characters = 0;
  let inclusions = 0;

  const sourceOf = (file: LoadedFile): number => {
    let index = indexOf.get(file);
    if (index === undefined) {
      index = sources.push({ path: file.path, label: file.label }) - 1;
      indexOf.set(file, index);
    }
    return index;
  };
  const emit = (file: LoadedFile, { text, line }: LogicalLine): void => {
    characters += text.length;
    if (characters > MOST_CHARACTERS) throw tooLarge({ file: file.path, line });
    lines.push({ text, source: sourceOf(file), line });
  };
  const enter = (key: string, frame: Frame, place: Place): string[] => {
    if (++inclusions > MOST_INCLUSIONS) throw tooLarge(place);
    if (frame.stack.includes(key)) {
      const loop = [...frame.stack.slice(frame.stack.indexOf(key)), key].map((step) =>
        step.replace('\n', ' '),
      );
      throw new SpiceLabError('INCLUDE_LOOP', `files include each other in a loop: ${loop.join(' -> ')}`, {
        place,
        remedy: 'Take one of these lines out.',
      });
    }
    return [...frame.stack, key];
  };
  const open = (written: string, frame: Frame, place: Place): Promise<LoadedFile> =>
    loadInclude(
      {
        path: cleanPath(written),
        place,
        folders: [frame.file === deck ? options.deckFolder : dirname(frame.file.path), options.deckFolder],
        deckFolder: options.deckFolder,
      },
      options.files,
      options.cache,
    );

  const include = async (written: string, frame: Frame, place: Place): Promise<void> => {
    const file = await open(written, frame, place);
    await expand(
      { file, stack: enter(file.path, frame, place), inSection: frame.inSection },
      0,
      file.lines.length,
    );
  };
  const library = async (written: string, section: string, frame: Frame, place: Place): Promise<void> => {
    const file = await open(written, frame, place);
    const wanted = frame.inSection ? section : selection.choose(file, section, place);
    const found = file.sections.get(wanted.toLowerCase());
    if (!found) throw sectionMissing(file, wanted, place);
    const stack = enter(`${file.path}\n${found.name.toLowerCase()}`, frame, place);
    await expand({ file, stack, inSection: true }, found.start, found.end);
  };

  /** Index of the last line that is dealt with. */
  const libraryLine = async (rest: string, at: number, frame: Frame, place: Place): Promise<number> => {
    const [name = '', section] = libraryArguments(rest);
    const definition = frame.file.sections.get(name.toLowerCase());
    if (section !== undefined) await library(name, section, frame, place);
    else if (definition?.start === at + 1) return definition.end;
    else await include(name, frame, place);
    return at;
  };

  const expand = async (frame: Frame, from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at++) {
      const entry = frame.file.lines[at]!;
      const { text } = entry;
      const place = { file: frame.file.path, line: entry.line };
      const included = text[0] === '.' ? INCLUDE.exec(text) : null;
      const lib = text[0] === '.' ? LIB.exec(text) : null;
      if (included) await include(libraryArguments(included[1]!)[0] ?? '', frame, place);
      else if (lib) at = await libraryLine(lib[1]!, at, frame, place);
      else if (!ENDL.test(text)) emit(frame.file, entry);
    }
  };

  sourceOf(deck);
  await expand({ file: deck, stack: [deck.path], inSection: false }, 0, deck.lines.length);
  selection.finish();
  return { lines, sources };
}

function tooLarge(place: Place): SpiceLabError {
  return new SpiceLabError('DECK_TOO_LARGE', 'the deck is too large once its included files are put in', {
    place,
    remedy: 'Include each model file once, and only the ones that the deck needs.',
  });
}

function sectionMissing(file: LoadedFile, wanted: string, place: Place): SpiceLabError {
  const names = [...file.sections.values()].map((section) => section.name);
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
  const listed = names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
  return `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}${introduction} ${listed}.`;
}

/** Which section each library line of the deck uses, and whether every wish was of use. */
class SectionSelection {
  readonly #wishes: ReadonlyMap<string, string>;
  readonly #deck: LoadedFile;
  readonly #used = new Set<string>();
  /** Base name of a file -> sections that the deck itself names. */
  readonly #named = new Map<string, Set<string>>();
  /** The sections that the deck could have used instead, as their files spell them. */
  readonly #offered = new Set<string>();

  constructor(sections: Readonly<Record<string, string>>, deck: LoadedFile) {
    this.#wishes = new Map(Object.entries(sections).map(([key, section]) => [key.toLowerCase(), section]));
    this.#deck = deck;
  }

  choose(file: LoadedFile, section: string, place: Place): string {
    const name = basename(file.path).toLowerCase();
    const named = this.#named.get(name) ?? new Set();
    this.#named.set(name, named.add(section.toLowerCase()));
    for (const offered of file.sections.values()) this.#offered.add(offered.name);
    const exact = this.#take(`${name}:${section.toLowerCase()}`);
    if (exact !== undefined) return exact;
    const ofFile = this.#take(name);
    if (ofFile !== undefined) {
      if (named.size === 1) return ofFile;
      throw new SpiceLabError('STUDY_INVALID', `the deck uses several sections of ${basename(file.path)}`, {
        place,
        remedy: `Say which one to exchange, for instance "${basename(file.path)}:${section}": "${ofFile}".`,
      });
    }
    const all = this.#wishes.get('*');
    if (all === undefined || !file.sections.has(all.toLowerCase())) return section;
    this.#used.add('*');
    return all;
  }

  #take(key: string): string | undefined {
    const section = this.#wishes.get(key);
    if (section !== undefined) this.#used.add(key);
    return section;
  }

  /** @throws SpiceLabError LIBRARY_SECTION_MISSING for a wish that no line of the deck took */
  finish(): void {
    for (const [key, section] of this.#wishes) {
      if (this.#used.has(key)) continue;
      throw new SpiceLabError(
        'LIBRARY_SECTION_MISSING',
        key === '*'
          ? `no library of the deck has a section "${section}"`
          : `the deck has no .lib line for "${key}" (wanted with section "${section}")`,
        {
          place: { file: this.#deck.path },
          remedy: this.#alternatives(key, section),
        },
      );
    }
  }

  #alternatives(key: string, section: string): string {
    const files = [...this.#named.keys()];
    if (files.length === 0) return 'The deck has no .lib line with a section at all.';
    if (key !== '*') return `The deck's libraries: ${files.join(', ')}.`;
    return sectionsToTake(section, [...this.#offered], `The sections of ${files.join(', ')}:`);
  }
}
