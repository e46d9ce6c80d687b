import { type Place, SpiceLabError } from '../errors/index.ts';
import type { Line } from './flatten.ts';

/** What a `.control` block asks for, as far as a deck may. */
export interface ControlBlock {
  /** `ac dec 10 1 1meg`, `op`, …: without a dot. */
  readonly analyses: readonly Line[];
  /** `ac bw when vdb(out)=-3`: without the word `meas`; `.four 1k v(out)` of a `fourier` command. */
  readonly measurements: readonly Line[];
  /** Commands that prepare the simulator; they stay in the deck, which the user trusts. Never filled without trust. */
  readonly setUp: readonly Line[];
  /** First words of the commands that were left out because SpiceLab runs the analyses itself. */
  readonly dropped: ReadonlySet<string>;
  /** Commands among them that would have written a file, as written. */
  readonly unwritten: readonly string[];
}

/** Commands that reach beyond the simulation, and without which the deck may mean something else: programs and code. */
const UNTRUSTED = new Set(
  'shell source cd codemodel osdi use snsave snload edit aspice rspice load sh system exec python'.split(' '),
);
/** Commands that only write what was simulated into a file. */
const WRITING = new Set('write wrdata wrs2p wrnodev wrvcd hardcopy gnuplot spec2file iplot2file'.split(' '));
const ANALYSES = new Set(['op', 'dc', 'ac', 'tran', 'noise', 'tf']);
/** Commands of a trusted block that make sense before SpiceLab's own analyses. */
const SET_UP = new Set([
  'shell',
  'source',
  'cd',
  'codemodel',
  'osdi',
  'use',
  'set',
  'unset',
  'option',
  'setcs',
]);

/**
 * Reads the lines between `.control` and `.endc`.
 * @throws SpiceLabError DECK_UNTRUSTED for a command that reaches beyond the simulation, unless trusted
 */
export function readControl(
  lines: readonly Line[],
  placeOf: (line: Line) => Place,
  trusted: boolean,
): ControlBlock {
  const block = {
    analyses: [] as Line[],
    measurements: [] as Line[],
    setUp: [] as Line[],
    dropped: new Set<string>(),
    unwritten: [] as string[],
  };
  for (const line of lines) {
    if (/^[*#$]/.test(line.text)) continue;
    for (const command of line.text.split(';')) {
      const text = command.trim();
      const [word = ''] = text.toLowerCase().split(/\s+/, 1);
      if (word === '') continue;
      if (!trusted) refuseUntrusted(text, word, placeOf(line));
      sortCommand({ ...line, text }, word, block, trusted);
    }
  }
  return block;
}

function sortCommand(
  entry: Line,
  word: string,
  block: { analyses: Line[]; measurements: Line[]; setUp: Line[]; dropped: Set<string>; unwritten: string[] },
  trusted: boolean,
): void {
  const { text } = entry;
  const rest = text.slice(word.length);
  if (ANALYSES.has(word) && !text.includes('$')) block.analyses.push(entry);
  else if (word === 'meas' || word === 'measure') {
    const [wanted = ''] = rest.split('>', 1);
    if (wanted !== rest) block.unwritten.push(text);
    block.measurements.push({ ...entry, text: wanted.trim() });
  } else if (word === 'fourier') block.measurements.push({ ...entry, text: `.four${rest}` });
  else if (trusted && (SET_UP.has(word) || word.startsWith('pre_'))) block.setUp.push(entry);
  else {
    block.dropped.add(word);
    if (WRITING.has(word) || REDIRECTED.test(text)) block.unwritten.push(text);
  }
}

/** `print v(out) > out.txt`, `echo done >> log`. */
const REDIRECTED = /^(?:echo|print|listing|show|showmod|display|status|version|meas|measure)\b[^<>]*>/i;

function refuseUntrusted(text: string, word: string, place: Place): void {
  const substituted = text.includes('`');
  if (!UNTRUSTED.has(word) && !word.startsWith('pre_') && !substituted) return;
  const what = substituted ? 'starts another program' : `uses "${word}"`;
  throw new SpiceLabError('DECK_UNTRUSTED', `the .control block ${what}, which a deck may not do unasked`, {
    place,
    remedy: 'Take the line out, or run with --trust-deck if you know the deck.',
  });
}
