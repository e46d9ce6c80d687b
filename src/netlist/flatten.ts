import { type Place, SpiceLabError } from '../errors/index.ts';
import type { FileReader } from './files.ts';
import { type FileCache, type LoadedFile, loadInclude } from './load.ts';
import type { LogicalLine } from './logical-lines.ts';
import type { Environment } from './pdk.ts';
import { chooseSections, directiveAt, libraryUses, type Open, sectionMissing } from './sections.ts';

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
  /** Library sections to use instead of those that the deck names: see `chooseSections`. */
  readonly sections: Readonly<Record<string, string>>;
  /** What `$NAME` stands for in the paths of the deck. */
  readonly environment: Environment;
}

const MOST_CHARACTERS = 256 * 1024 * 1024;
const MOST_INCLUSIONS = 20_000;
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
  const open: Open = (written, from, place) =>
    loadInclude(
      {
        written: written.replace(/^(["'])(.*)\1$/, '$2'),
        place,
        from: from === deck ? { path: `${options.deckFolder}/deck`, label: 'deck' } : from,
        deckFolder: options.deckFolder,
        environment: options.environment,
      },
      options.files,
      options.cache,
    );
  const wishes = Object.keys(options.sections).length;
  const chosen = chooseSections(options.sections, wishes > 0 ? await libraryUses(deck, open) : [], deck);

  const include = async (written: string, frame: Frame, place: Place): Promise<void> => {
    const file = await open(written, frame.file, place);
    await expand(
      { file, stack: enter(file.path, frame, place), inSection: frame.inSection },
      0,
      file.lines.length,
    );
  };
  const library = async (written: string, section: string, frame: Frame, place: Place): Promise<void> => {
    const file = await open(written, frame.file, place);
    const wanted = frame.inSection ? section : chosen(file, section);
    const found = file.sections.get(wanted.toLowerCase());
    if (!found) throw sectionMissing(file, wanted, place);
    const stack = enter(`${file.path}\n${found.name.toLowerCase()}`, frame, place);
    await expand({ file, stack, inSection: true }, found.start, found.end);
  };

  const expand = async (frame: Frame, from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at++) {
      const entry = frame.file.lines[at]!;
      const directive = directiveAt(frame.file, at);
      const place = { file: frame.file.path, line: entry.line };
      if (directive?.kind === 'include') await include(directive.name, frame, place);
      else if (directive?.kind === 'library') await library(directive.name, directive.section, frame, place);
      else if (directive?.kind === 'definition') at = directive.end;
      else if (!ENDL.test(entry.text)) emit(frame.file, entry);
    }
  };

  sourceOf(deck);
  await expand({ file: deck, stack: [deck.path], inSection: false }, 0, deck.lines.length);
  return { lines, sources };
}

function tooLarge(place: Place): SpiceLabError {
  return new SpiceLabError('DECK_TOO_LARGE', 'the deck is too large once its included files are put in', {
    place,
    remedy: 'Include each model file once, and only the ones that the deck needs.',
  });
}
