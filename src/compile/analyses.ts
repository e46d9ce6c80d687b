import { type Place, SpiceLabError } from '../errors/index.ts';
import { printExpression } from '../expression/index.ts';
import type { Deck } from '../netlist/index.ts';
import { ANALYSIS_KINDS, type Analysis } from '../plan/index.ts';
import type { Symbols } from './symbols.ts';
import type { Notice } from './types.ts';

export type AnalysisKind = Analysis['kind'];

interface Command {
  readonly text: string;
  readonly place: Place | undefined;
}

const MANY_POINTS = 1000;

/**
 * The study's analyses, else the deck's; named `ac`, `ac2`, …; none for a deck of formulas, which has no devices.
 * @throws SpiceLabError ANALYSIS_MISSING, PARAMETER_UNDEFINED, DECK_UNTRUSTED
 */
export function compileAnalyses(
  asked: readonly string[],
  deck: Deck,
  symbols: Symbols,
  notices: Notice[],
): Analysis[] {
  const commands: Command[] =
    asked.length > 0
      ? asked.map((text) => ({ text: text.trim().replace(/^\./, ''), place: undefined }))
      : deck.analyses.map((line) => ({ text: line.text, place: deck.placeOf(line) }));
  if (commands.length === 0 && deck.circuit.instances.length === 0) return [];
  if (commands.length === 0) {
    throw new SpiceLabError('ANALYSIS_MISSING', 'neither the deck nor the study says what to simulate', {
      place: { file: deck.sources[0]!.path },
      remedy:
        'Add a line such as ".op" or ".ac dec 10 1 1meg" to the deck, or say --analysis "ac dec 10 1 1meg".',
    });
  }
  const analyses: Analysis[] = [];
  for (const entry of commands) {
    const { kind, command } = readAnalysis(entry, symbols, notices);
    if (analyses.some((analysis) => analysis.command === command)) continue;
    const count = analyses.filter((analysis) => analysis.kind === kind).length;
    analyses.push({ name: count === 0 ? kind : `${kind}${count + 1}`, kind, command, vectors: [] });
  }
  return analyses;
}

const LEAST_WORDS: Readonly<Record<AnalysisKind, number>> = { op: 1, dc: 5, ac: 5, tran: 2, noise: 7, tf: 3 };
const EXAMPLES: Readonly<Record<AnalysisKind, string>> = {
  op: 'op',
  dc: 'dc V1 0 1 0.01',
  ac: 'ac dec 10 1 1meg',
  tran: 'tran 1n 10u',
  noise: 'noise v(out) V1 dec 10 1 1meg',
  tf: 'tf v(out) V1',
};

function readAnalysis(
  entry: Command,
  symbols: Symbols,
  notices: Notice[],
): { kind: AnalysisKind; command: string } {
  const { text, place } = entry;
  const [word = ''] = text.toLowerCase().split(/\s+/, 1);
  const kind = ANALYSIS_KINDS.find((known) => known === word);
  if (!kind) {
    throw new SpiceLabError('ANALYSIS_MISSING', `"${word}" is no analysis that SpiceLab runs`, {
      place,
      remedy: `Use one of ${ANALYSIS_KINDS.join(', ')}, for instance "ac dec 10 1 1meg".`,
    });
  }
  // ngspice folds the case of cards but not of commands: `dc VIN …` finds no source.
  let command = substituteInCommand(`${kind}${text.slice(word.length)}`, symbols, place).toLowerCase();
  const words = command.split(/\s+/);
  if (words.length < LEAST_WORDS[kind]) {
    throw new SpiceLabError('DECK_SYNTAX', `the analysis "${text}" is incomplete`, {
      place,
      remedy: `Write it like "${EXAMPLES[kind]}".`,
    });
  }
  if (kind === 'tran' && (words.length === 2 || /^0(?:\.0*)?[a-z]*$/i.test(words[1]!))) {
    const stop = symbols.read((words.length === 2 ? words[1]! : words[2]!).replace(/^\{(.*)\}$/, '$1'));
    if (stop?.kind === 'number') {
      const step = stop.value / MANY_POINTS;
      command = words.length === 2 ? `tran ${step} ${words[1]}` : ['tran', step, ...words.slice(2)].join(' ');
      notices.push({ message: `"${text}" has no time step: ${step} is used`, place });
    }
  }
  return { kind, command };
}

/** `{…}` and `'…'` in a command: a number now, or `{…}` over `$k` where the study varies it. */
export function substituteInCommand(text: string, symbols: Symbols, place: Place | undefined): string {
  refuseInjection(text, place);
  return text
    .replace(/\{([^{}]*)\}|'([^']*)'/g, (whole, braced?: string, quoted?: string) => {
      const inner = braced ?? quoted ?? '';
      const expression = symbols.read(inner);
      if (expression?.kind === 'number') return printExpression(expression);
      const printed = expression && printExpression(expression);
      if (printed !== undefined && /^[^a-z]*(?:[a-z]\w*\(|[^a-z])*$/i.test(printed) && /\$\d/.test(printed)) {
        return `{${printed}}`;
      }
      throw new SpiceLabError(
        'PARAMETER_UNDEFINED',
        `${whole} has no value that is known before the simulation`,
        {
          place,
          remedy: 'Use numbers and top-level .params in it.',
        },
      );
    })
    .replace(/\s+/g, ' ')
    .trim();
}

/** Commands are typed into the simulator, whose own shell has separators, redirections and substitutions. */
function refuseInjection(text: string, place: Place | undefined): void {
  const outside = text.replace(/\{[^{}]*\}|'[^']*'/g, '');
  const match = /[;`|&$!<>\\\r\n]/.exec(outside);
  if (!match) return;
  throw new SpiceLabError(
    'DECK_UNTRUSTED',
    `"${text.slice(0, 80)}" has "${match[0]}" in it, which could start other commands`,
    {
      place,
      remedy: 'Take it out: analyses and measurements need no such characters.',
    },
  );
}
