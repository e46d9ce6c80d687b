import { tokenize } from './tokens.ts';

/** `.subckt` to `.ends`, both included, as indices of lines. */
export interface Subcircuit {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** How the lines of a circuit hang together. */
export interface Structure {
  /** By the line of their `.subckt`. */
  readonly subcircuits: ReadonlyMap<number, Subcircuit>;
  /** Lines that the simulator obeys wherever they stand, also in a subcircuit that nothing uses. */
  readonly everywhere: readonly number[];
}

const EVERYWHERE = /^\.(?:global|opt|temp\b)/i;

/** `undefined` where subcircuits and `.if` blocks overlap, so that nothing can be cut out. */
export function structureOf(texts: readonly string[]): Structure | undefined {
  const subcircuits = new Map<number, Subcircuit>();
  const everywhere: number[] = [];
  const open: Opened[] = [];
  let inControl = false;
  for (let line = 0; line < texts.length; line++) {
    const text = texts[line]!;
    const word = text[0] === '.' ? wordOf(text) : '';
    inControl = word === '.control' || (inControl && word !== '.endc');
    if (inControl || word === '.endc') everywhere.push(line);
    else if (word === '.subckt') {
      open.push({ name: tokenize(text)[1]?.text.toLowerCase() ?? '', start: line });
    } else if (word === '.if') open.push(CONDITION);
    else if (word === '.ends' || word === '.endif') {
      const opened = open.pop();
      if (!closes(word, opened)) return undefined;
      if (typeof opened === 'object') subcircuits.set(opened.start, { ...opened, end: line });
    } else if (EVERYWHERE.test(word)) everywhere.push(line);
  }
  return open.length === 0 ? { subcircuits, everywhere } : undefined;
}

const CONDITION = 'if';
type Opened = typeof CONDITION | Omit<Subcircuit, 'end'>;

const closes = (word: string, opened: Opened | undefined): boolean =>
  word === '.ends' ? typeof opened === 'object' : opened === CONDITION;

/** `.subckt` of `.SUBCKT x a b`; `.if` also of `.if(a==1)`. */
const wordOf = (text: string): string => /^\.\w*/.exec(text)![0].toLowerCase();
