import { tokenize } from './tokens.ts';

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

/** Names before each `=` of a `.param` line; of `f(x)=…` the `f`. */
function parameterNames(text: string): string[] {
  const tokens = tokenize(text);
  return tokens.flatMap((token, at) => {
    if (token.text !== '=') return [];
    const before = tokens[at - 1]!.text;
    const name = before.startsWith('(') ? tokens[at - 2]!.text : before;
    return [name.replace(/^,|\(.*$/g, '').toLowerCase()];
  });
}
