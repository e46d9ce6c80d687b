import { type Place, SpiceLabError } from '../errors/index.ts';
import { type ControlBlock, readControl } from './control.ts';
import type { Line, Source } from './flatten.ts';
import { sweepOfStep } from './step.ts';

export interface DeckWarning {
  readonly message: string;
  readonly place?: Place | undefined;
}

/** A flattened deck with what SpiceLab does itself taken out. */
export interface Classified {
  readonly title: string;
  /** What the simulator is to read: devices, models, parameters, options. */
  readonly lines: readonly Line[];
  /** Analyses without their dot: `ac dec 10 1 1meg`. */
  readonly analyses: readonly Line[];
  /** `.meas` lines without that word: `ac bw when vdb(out)=-3`; `.four` lines with it. */
  readonly measurements: readonly Line[];
  readonly warnings: readonly DeckWarning[];
}

const ANALYSES = new Set(['.op', '.dc', '.ac', '.tran', '.noise', '.tf']);
const OTHER_ANALYSES = new Set(['.pz', '.disto', '.sens', '.sp', '.pss', '.hb', '.fft', '.step']);
const DROPPED = new Set([
  '.end',
  '.save',
  '.print',
  '.plot',
  '.probe',
  '.width',
  '.backanno',
  '.graph',
  '.net',
  '.wave',
]);
const REFUSED = new Set(
  [
    'shell',
    'system',
    'exec',
    'source',
    'write',
    'wrdata',
    'cd',
    'codemodel',
    'osdi',
    'pre_osdi',
    'python',
  ].map((word) => `.${word}`),
);

/**
 * Sorts the lines of a deck. Analyses and measurements of a dropped `.control` block stand in where the deck has none
 * of its own.
 * @throws SpiceLabError DECK_UNTRUSTED, DECK_SYNTAX (an unfinished `.control` block, a deck without devices)
 */
export function classify(
  title: string,
  flattened: readonly Line[],
  sources: readonly Source[],
  trusted: boolean,
): Classified {
  const placeOf = (line: Line): Place => ({ file: sources[line.source]!.path, line: line.line });
  const sorted: Sorted = { title, lines: [], analyses: [], measurements: [], warnings: [] };
  const blocks: ControlBlock[] = [];
  for (let at = 0; at < flattened.length; at++) {
    const line = flattened[at]!;
    const word = line.text[0] === '.' ? firstWord(line.text) : '';
    // an included file may have an .end of its own, which ends nothing
    if (word === '.end' && line.source === 0) break;
    if (word === '.control') {
      const end = endOfControl(flattened, at, placeOf);
      const block = readControl(flattened.slice(at + 1, end), placeOf, trusted);
      blocks.push(block);
      sorted.warnings.push({ message: describeBlock(block), place: placeOf(line) });
      if (block.setUp.length > 0) {
        sorted.lines.push(line, ...block.setUp, { ...flattened[end]!, text: '.endc' });
      }
      at = end;
    } else if (REFUSED.has(word) && !trusted) throw refused(word, placeOf(line));
    else sortLine(line, word, sorted, placeOf);
  }
  const { analyses, measurements } = sorted;
  return {
    ...sorted,
    analyses: analyses.length > 0 ? analyses : blocks.flatMap((block) => block.analyses),
    measurements: measurements.length > 0 ? measurements : blocks.flatMap((block) => block.measurements),
  };
}

interface Sorted {
  title: string;
  readonly lines: Line[];
  readonly analyses: Line[];
  readonly measurements: Line[];
  readonly warnings: DeckWarning[];
}

function sortLine(line: Line, word: string, sorted: Sorted, placeOf: (line: Line) => Place): void {
  const rest = () => line.text.slice(word.length).trim();
  if (word === '.title') sorted.title = rest() || sorted.title;
  else if (ANALYSES.has(word)) sorted.analyses.push({ ...line, text: line.text.slice(1) });
  else if (word === '.meas' || word === '.measure') sorted.measurements.push({ ...line, text: rest() });
  else if (word === '.four') sorted.measurements.push(line);
  else if (word === '.lib' && rest() === '') {
    sorted.warnings.push({
      message: '.lib names no file and is left out: it is the library that comes with PSpice',
      place: placeOf(line),
    });
  } else if (OTHER_ANALYSES.has(word)) {
    sorted.warnings.push({
      message: `${word} is left out: ${instead(word, rest())}`,
      place: placeOf(line),
    });
  } else if (!DROPPED.has(word)) {
    if (/^[^a-z.]/i.test(line.text)) {
      sorted.warnings.push({
        message: `"${line.text.slice(0, 40)}" begins like no device and is left out; a comment begins with *`,
        place: placeOf(line),
      });
    } else sorted.lines.push(line);
  }
}

function instead(word: string, rest: string): string {
  if (word !== '.step') return 'SpiceLab runs .op .dc .ac .tran .noise .tf';
  const sweep = sweepOfStep(rest);
  return sweep === undefined
    ? 'say it as a sweep of the study, such as --sweep "R1=lin(1k,2k,11)"'
    : `to step it, add --sweep "${sweep}"`;
}

const firstWord = (text: string): string => /^\S*/.exec(text)![0].toLowerCase();

function endOfControl(lines: readonly Line[], from: number, placeOf: (line: Line) => Place): number {
  for (let at = from + 1; at < lines.length; at++) {
    if (firstWord(lines[at]!.text) === '.endc') return at;
  }
  throw new SpiceLabError('DECK_SYNTAX', 'the .control block has no .endc', {
    place: placeOf(lines[from]!),
    remedy: 'End it with a line that says .endc.',
  });
}

function describeBlock(block: ControlBlock): string {
  const { analyses, measurements, dropped, unwritten } = block;
  const taken = [
    ...(analyses.length > 0 ? [`its analyses (${analyses.map((line) => line.text).join('; ')})`] : []),
    ...(measurements.length > 0 ? [`its ${measurements.length} measurements`] : []),
  ];
  const use = taken.length > 0 ? `; ${taken.join(' and ')} are used if the deck has none outside of it` : '';
  const commands = [...dropped].slice(0, 8).join(', ');
  const ignored = dropped.size > 0 ? ` (left out: ${commands}${dropped.size > 8 ? ', …' : ''})` : '';
  const [first, ...others] = unwritten;
  const files =
    first === undefined
      ? ''
      : `; no file is written by "${first.slice(0, 60)}"${others.length > 0 ? ` and ${others.length} more` : ''}: --save keeps waveforms, and export writes tables`;
  return `the .control block is not run${ignored}${use}${files}`;
}

function refused(word: string, place: Place): SpiceLabError {
  return new SpiceLabError('DECK_UNTRUSTED', `the deck uses ${word}, which it may not do unasked`, {
    place,
    remedy: 'Take the line out, or run with --trust-deck if you know the deck.',
  });
}
