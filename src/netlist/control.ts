import { type Place, SpiceLabError } from '../errors/index.ts';
import type { Line } from './flatten.ts';

/** What a `.control` block asks for, as far as a deck may. */
export interface ControlBlock {
  /** `ac dec 10 1 1meg`, `op`, …: without a dot. */
  readonly analyses: readonly Line[];
  /** `ac bw when vdb(out)=-3`: without the word `meas`. */
  readonly measurements: readonly Line[];
  /** Commands that prepare the simulator; they stay in the deck, which the user trusts. Never filled without trust. */
  readonly setUp: readonly Line[];
  /** First words of the commands that were left out because SpiceLab runs the analyses itself. */
  readonly dropped: ReadonlySet<string>;
}

/** Commands that reach beyond the simulation: other programs, files, or code. */
const UNTRUSTED = new Set(
  `shell source write wrdata wrs2p wrnodev wrvcd hardcopy gnuplot cd codemodel osdi use snsave snload edit aspice
  rspice spec2file load iplot2file sh system exec python`.split(/\s+/),
);
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
  const analyses: Line[] = [];
  const measurements: Line[] = [];
  const setUp: Line[] = [];
  const dropped = new Set<string>();
  for (const line of lines) {
    if (/^[*#$]/.test(line.text)) continue;
    for (const command of line.text.split(';')) {
      const text = command.trim();
      const [word = ''] = text.toLowerCase().split(/\s+/, 1);
      if (word === '') continue;
      const entry = { ...line, text };
      if (!trusted) refuseUntrusted(text, word, placeOf(line));
      if (ANALYSES.has(word) && !text.includes('$')) analyses.push(entry);
      else if (word === 'meas' || word === 'measure') {
        measurements.push({ ...entry, text: text.slice(word.length).trim() });
      } else if (trusted && (SET_UP.has(word) || word.startsWith('pre_'))) setUp.push(entry);
      else dropped.add(word);
    }
  }
  return { analyses, measurements, setUp, dropped };
}

function refuseUntrusted(text: string, word: string, place: Place): void {
  const redirected =
    /^(?:echo|print|listing|show|showmod|display|status|version|meas|measure)\b[^<>]*>/i.test(text);
  const substituted = text.includes('`');
  if (!UNTRUSTED.has(word) && !word.startsWith('pre_') && !redirected && !substituted) return;
  const what = redirected ? 'writes a file' : substituted ? 'starts another program' : `uses "${word}"`;
  throw new SpiceLabError('DECK_UNTRUSTED', `the .control block ${what}, which a deck may not do unasked`, {
    place,
    remedy:
      'Take the line out (SpiceLab saves results itself), or run with --trust-deck if you know the deck.',
  });
}
