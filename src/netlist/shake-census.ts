/** How many of one kind of line are needed, of how many. */
export interface Census {
  readonly what: 'models' | 'subcircuits' | 'parameters' | 'functions' | 'lines';
  readonly kept: number;
  readonly of: number;
}

const KINDS: readonly (readonly [Census['what'], RegExp])[] = [
  ['models', /^\.model\b/i],
  ['subcircuits', /^\.subckt\b/i],
  ['parameters', /^\.param(?:s|eter)?\b/i],
  ['functions', /^\.func\b/i],
  ['lines', /^/],
];

/** How much of a circuit is kept, per kind of line that it has. */
export function censusOf(texts: readonly string[], kept: readonly boolean[]): Census[] {
  const counts = KINDS.map(() => ({ kept: 0, of: 0 }));
  texts.forEach((text, line) => {
    KINDS.forEach(([, pattern], kind) => {
      if (!pattern.test(text)) return;
      counts[kind]!.of++;
      if (kept[line]) counts[kind]!.kept++;
    });
  });
  return KINDS.flatMap(([what], kind) => (counts[kind]!.of > 0 ? [{ what, ...counts[kind]! }] : []));
}
