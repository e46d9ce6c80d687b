import type { DeckWarning } from '../classify.ts';
import type { Line } from '../flatten.ts';
import { findCalls } from '../statistical.ts';
import { type Edit, edited } from './edit.ts';
import { TakenNames } from './names.ts';

/** Lines and calls that LTspice alone has. */
const ONLY_LTSPICE = /^\.(?:backanno|step|function)\b|\b(?:mc|flat|rand|random)\s*\(/i;
/** `.step param run 1 1000 1` */
const COUNTER = /^\.step\s+(?:lin\s+)?(?:param\s+)?([a-z_]\w*)\s+(-?\d+)\s+(\d+)\s+1\s*$/i;

export const isLtspice = (text: string): boolean => ONLY_LTSPICE.test(text);

export interface TranslatedLtspice {
  readonly lines: readonly Line[];
  readonly warnings: readonly DeckWarning[];
}

/**
 * An LTspice deck's ways to say Monte Carlo as what SpiceLab knows. A `.step` that only counts runs is the number of samples;
 * `rand(run)` is one number per sample, the same wherever it stands; `if(a,b,c)` of parameters is ngspice's `ternary_fcn`.
 */
export function translateLtspice(
  lines: readonly Line[],
  placeOf: (line: Line) => DeckWarning['place'],
): TranslatedLtspice {
  const counter = findCounter(lines);
  const warnings: DeckWarning[] = [];
  const shared = new SharedCalls(lines, counter?.name);
  const definesIf = lines.some(({ text }) => /^\.func\s+if\s*\(/i.test(text));
  const translated = lines.flatMap((line): Line[] => {
    if (line === counter?.line) {
      warnings.push({
        message: `${line.text} repeats the simulation ${counter.runs} times: -n says how many samples are drawn (-n ${counter.runs} for as many)`,
        place: placeOf(line),
      });
      return [{ ...line, text: `.param ${counter.name}=${counter.last}` }];
    }
    if (counter && isDefinitionOf(counter.name, line.text)) return [];
    let text = line.text.replace(/^\.function\b/i, '.func');
    if (hasParameters(text)) {
      text = shared.replace(text);
      if (!definesIf) text = text.replace(/(?<![\w.])if(?=\s*\()/gi, 'ternary_fcn');
    }
    return [text === line.text ? line : { ...line, text }];
  });
  const first = lines[0];
  if (first && shared.definitions.length > 0) {
    warnings.push({
      message: `${shared.definitions.join(', ')}: LTspice computes a fixed sequence from the argument; here each sample draws its own number`,
    });
  }
  const defined = first ? shared.definitions.map((text) => ({ ...first, text: `.param ${text}` })) : [];
  return { lines: [...defined, ...translated], warnings };
}

/** Whether a line has expressions that are computed before anything is simulated. */
const hasParameters = (text: string): boolean =>
  /^\.(?:param|params|parameter|func|model|subckt)\b/i.test(text) ||
  (text.includes('{') && !/^[beg.]/i.test(text));

const isDefinitionOf = (name: string, text: string): boolean =>
  new RegExp(`^\\.params?\\s+${name}\\s*=\\s*[-+\\w.]+\\s*$`, 'i').test(text);

interface Counter {
  readonly line: Line;
  readonly name: string;
  readonly runs: number;
  readonly last: string;
}

/** The `.step` whose parameter no expression depends on but as what sets runs apart. */
function findCounter(lines: readonly Line[]): Counter | undefined {
  for (const line of lines) {
    const [, name, from, to] = COUNTER.exec(line.text) ?? [];
    if (name === undefined || from === undefined || to === undefined) continue;
    const word = new RegExp(`(?<![\\w.])${name}(?![\\w.])`, 'i');
    const telling = new RegExp(
      `(?:rand|random)\\s*\\([^()]*\\)|if\\s*\\(\\s*${name}\\s*[<>=]+\\s*-?\\d+\\s*,`,
      'gi',
    );
    const used = lines.some(
      (other) =>
        other !== line &&
        !/^\.(?:meas|measure|save|plot|print)\b/i.test(other.text) &&
        !isDefinitionOf(name, other.text) &&
        word.test(other.text.replace(telling, '')),
    );
    if (!used) return { line, name: name.toLowerCase(), runs: Number(to) - Number(from) + 1, last: to };
  }
  return undefined;
}

/** Calls of `rand` and `random` that depend on nothing but the run: one parameter for each. */
class SharedCalls {
  readonly definitions: string[] = [];
  readonly #counter: string | undefined;
  readonly #taken: TakenNames;
  readonly #names = new Map<string, string>();

  constructor(lines: readonly Line[], counter: string | undefined) {
    this.#counter = counter;
    this.#taken = new TakenNames(counter === undefined ? [] : lines);
  }

  replace(text: string): string {
    if (this.#counter === undefined) return text;
    const edits = findCalls(text, new Set(['rand', 'random'])).flatMap((call): Edit[] => {
      const argument = call.args.join(',').replace(/\s+/g, '').toLowerCase();
      const names = argument.match(/[a-z_]\w*/g) ?? [];
      if (names.some((name) => name !== this.#counter)) return [];
      return [{ start: call.start, end: call.end, text: this.#nameOf(`${call.name}(${argument})`) }];
    });
    return edited(text, edits);
  }

  #nameOf(call: string): string {
    let name = this.#names.get(call);
    if (name === undefined) {
      name = this.#taken.fresh(call.replace(/\W+$/, ''));
      this.#names.set(call, name);
      this.definitions.push(`${name}={${call}}`);
    }
    return name;
  }
}
