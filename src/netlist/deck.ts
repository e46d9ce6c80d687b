import { dirname } from 'node:path';
import { type Place, SpiceLabError } from '../errors/index.ts';
import { readCards, type Scope } from './cards.ts';
import { classify, type DeckWarning } from './classify.ts';
import { translateDialects } from './dialects/translate.ts';
import { type Elaboration, elaborate } from './elaborate.ts';
import { diskFiles, type FileReader } from './files.ts';
import { flatten, type Line, type Source } from './flatten.ts';
import { type FileCache, type LoadedFile, readDeckFile, sectionsOf } from './load.ts';
import { type LogicalLine, logicalLines } from './logical-lines.ts';
import { type Parameters, topParameters } from './parameters.ts';
import type { Environment } from './pdk.ts';
import { withoutUnused } from './shake.ts';
import { type Census, countLines } from './shake-census.ts';
import { createConditions } from './values/conditions.ts';
import { createNominal } from './values/nominal.ts';

/** A file, or text with the folder that its includes are relative to. */
export type DeckSource = { readonly path: string } | { readonly text: string; readonly folder: string };

export interface DeckOptions {
  readonly trustDeck?: boolean;
  /** See `FlattenOptions.sections`. */
  readonly sections?: Readonly<Record<string, string>>;
  /** What `$NAME` stands for in the paths of the deck, `PDK_ROOT` and `PDK` among them; that of this process when absent. */
  readonly environment?: Environment;
  /** Files already read; share one between the readings of a deck with different sections. */
  readonly cache?: FileCache;
}

/** A deck read and understood: everything included, the simulator's lines apart from SpiceLab's, the circuit expanded. */
export interface Deck {
  readonly title: string;
  readonly sources: readonly Source[];
  /** What the simulator reads, without the title and `.end`. */
  readonly lines: readonly Line[];
  readonly analyses: readonly Line[];
  readonly measurements: readonly Line[];
  readonly root: Scope;
  readonly parameters: Parameters;
  readonly circuit: Elaboration;
  /** Lines that the deck has, with those of subcircuits that nothing uses, which are not among `lines`. */
  readonly size: ReadonlyMap<Census['what'], number>;
  readonly warnings: readonly DeckWarning[];
  placeOf(line: Line): Place;
}

const TITLE_ONLY = 'SpiceLab deck';

/**
 * Reads a deck with everything it includes; statistical calls stay as they are.
 * @throws SpiceLabError DECK_*, INCLUDE_*, LIBRARY_SECTION_MISSING, SUBCIRCUIT_UNDEFINED, MODEL_UNDEFINED; nothing else
 */
export async function readDeck(
  source: DeckSource,
  files: FileReader = diskFiles,
  options: DeckOptions = {},
): Promise<Deck> {
  const { file, title, warnings, deckFolder } = await openDeck(source, files);
  const flattened = await flatten(file, {
    files,
    cache: options.cache ?? new Map(),
    deckFolder,
    sections: options.sections ?? {},
    environment: options.environment ?? process.env,
  });
  const { sources } = flattened;
  const placeOf = (line: Line): Place => ({ file: sources[line.source]!.path, line: line.line });
  const used = withoutUnused(flattened.lines);
  const translated = translateDialects(used.lines, placeOf);
  const sorted = classify(title, translated.lines, sources, options.trustDeck === true);
  const { lines } = sorted;
  const placeOfIndex = (index: number): Place => placeOf(lines[index]!);
  const root = readCards(lines, placeOfIndex);
  // parameters alone are a deck of formulas, which an engine of its own computes
  if (root.instances.length === 0 && root.parameters.length === 0) throw emptyDeck(file.path);
  const nominal = createNominal(root, lines, placeOfIndex);
  return {
    title: sorted.title,
    sources,
    lines,
    analyses: sorted.analyses,
    measurements: sorted.measurements,
    root,
    parameters: topParameters(root, nominal),
    circuit: elaborate(root, placeOfIndex, createConditions(nominal), used.unused),
    size: countLines(flattened.lines),
    warnings: [...warnings, ...translated.warnings, ...sorted.warnings],
    placeOf,
  };
}

interface OpenDeck {
  readonly file: LoadedFile;
  readonly title: string;
  readonly deckFolder: string;
  readonly warnings: readonly DeckWarning[];
}

async function openDeck(source: DeckSource, files: FileReader): Promise<OpenDeck> {
  const path = 'path' in source ? source.path : `${source.folder.replace(/\/$/, '') || '.'}/deck`;
  const text = 'path' in source ? await readDeckFile(path, files) : source.text.replace(/[µμ]/g, 'u');
  const name = 'path' in source ? path : 'deck';
  const firstEnd = /\r\n|\n|\r/.exec(text)?.index ?? text.length;
  const first = text.slice(0, firstEnd).trim();
  const lines: LogicalLine[] = logicalLines(text, name, 2);
  if (lines.length === 0) throw emptyDeck(name);
  const file: LoadedFile = {
    path: name,
    label: 'path' in source ? (path.split(/[\\/]/).at(-1) ?? path) : name,
    lines,
    sections: sectionsOf(lines),
  };
  const deckFolder = 'path' in source ? dirname(path) : source.folder;
  // ngspice takes `*ng_script` for a script and runs `*#` lines: a title is words only
  const title = nameInPath(first).replace(NO_WORD, '').trim() || TITLE_ONLY;
  return { file, title, deckFolder, warnings: titleWarnings(first, name) };
}

const NO_WORD = /^[^\p{L}\p{N}]+/u;

/** LTspice writes the path of the schematic as the title: its name says more than its folders. */
function nameInPath(title: string): string {
  const path = /^\*? *(?:[a-z]:)?[\\/].*[\\/]([^\\/]+?)(?:\.\w{1,5})?\s*$/i.exec(title);
  return path?.[1] ?? title;
}

function titleWarnings(first: string, file: string): DeckWarning[] {
  const card = /^\.\w/.test(first) || /^[rclvidmqx]\w*\s+\S+\s+\S+\s+\S*\d\S*(\s|$)/i.test(first);
  if (!card) return [];
  return [
    {
      message: `the first line of a deck is its title and is not simulated: "${first.slice(0, 60)}"`,
      place: { file, line: 1 },
    },
  ];
}

function emptyDeck(file: string): SpiceLabError {
  return new SpiceLabError('DECK_SYNTAX', 'the deck has no devices', {
    place: { file, line: 1 },
    remedy: 'The first line is the title; devices such as "R1 in out 1k" start on the second.',
  });
}
