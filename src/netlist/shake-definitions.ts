/** A line that can go where nothing mentions its name. */
export interface Definition {
  readonly name: string;
  readonly line: number;
  /** A binned model (`nm.3`) under the name that devices call all bins by. */
  readonly binned: boolean;
}

const DEFINING = /^\.(model|params?|parameter|func)\b/i;

/** What a line defines; nothing where it has to stay for itself. */
export function definitionsOf(text: string, line: number): Definition[] {
  if (text[0] !== '.') return [];
  const word = DEFINING.exec(text)?.[1]?.toLowerCase();
  if (word === undefined) return [];
  if (word === 'model') return modelNames(text, line);
  if (word === 'func') return firstName(text, line);
  return parameterNames(text).map((name) => ({ name, line, binned: false }));
}

function modelNames(text: string, line: number): Definition[] {
  return firstName(text, line).flatMap((definition) => {
    const base = /^(.+)\.\d+$/.exec(definition.name)?.[1];
    return base === undefined ? [definition] : [definition, { name: base, line, binned: true }];
  });
}

function firstName(text: string, line: number): Definition[] {
  const name = /^\S+\s+([^\s(=]+)/.exec(text)?.[1]?.toLowerCase();
  return name === undefined ? [] : [{ name, line, binned: false }];
}

/** Names before each `=` of a `.param` line, of `f(x)=…` the `f`; comparisons may add some that are none. */
function parameterNames(text: string): string[] {
  const names: string[] = [];
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    let end = endBefore(text, at);
    if (text[end - 1] === ')') end = endBefore(text, openingBefore(text, end));
    let start = end;
    while (start > 0 && isOfName(text.charCodeAt(start - 1))) start--;
    if (start < end) names.push(text.slice(start, end).toLowerCase());
  }
  return names;
}

/** Where the word before a character ends. */
function endBefore(text: string, at: number): number {
  let end = Math.max(at, 0);
  while (end > 0 && text.charCodeAt(end - 1) <= BLANK) end--;
  return end;
}

/** Near enough for the arguments of a function, so that a long line of brackets is no trouble. */
const FARTHEST = 1000;
function openingBefore(text: string, at: number): number {
  const from = Math.max(0, at - FARTHEST);
  return from + text.slice(from, at).lastIndexOf('(');
}

const BLANK = 32;
const NO_NAME = new Set([...'=,(){}\'"<>'].map((character) => character.charCodeAt(0)));
const isOfName = (code: number): boolean => code > BLANK && !NO_NAME.has(code);
