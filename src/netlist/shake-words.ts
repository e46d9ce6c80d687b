const WORD = /\S+/g;
const CHUNK = /[^\s=,(){}'"]+/g;
const PLAIN = /^\w+$/;
/** Expressions and node names share characters: each way of cutting a chunk into names that ngspice might mean. */
const CUTS = [/[\w.$#!%[\]:]+/g, /[\w.$#!]+/g, /[\w.]+/g, /\w+/g];

/** Tells every name that a line may mention, in lower case; some more than once, and some that are none. */
export function wordsIn(text: string, tell: (name: string) => void): void {
  for (const word of text.toLowerCase().match(WORD) ?? []) {
    tell(word);
    if (PLAIN.test(word)) continue;
    for (const chunk of word.match(CHUNK) ?? []) {
      tell(chunk);
      if (PLAIN.test(chunk)) continue;
      for (const cut of CUTS) for (const name of chunk.match(cut) ?? []) tell(name);
    }
  }
}
