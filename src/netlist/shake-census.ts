/** How many of one kind of line are needed, of how many. */
export interface Census {
  readonly what: 'models' | 'subcircuits' | 'parameters' | 'functions' | 'lines';
  readonly kept: number;
  readonly of: number;
}

const KINDS: Readonly<Record<string, Census['what']>> = {
  model: 'models',
  subckt: 'subcircuits',
  param: 'parameters',
  func: 'functions',
};
const KIND = /^\.(model|subckt|param|func)/i;

/** How many lines there are of each kind, and of all. */
export function countLines(lines: Iterable<{ readonly text: string }>): Map<Census['what'], number> {
  const counts = new Map<Census['what'], number>();
  const add = (what: Census['what']) => counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const { text } of lines) {
    const kind = text[0] === '.' ? KIND.exec(text)?.[1]?.toLowerCase() : undefined;
    if (kind !== undefined) add(KINDS[kind]!);
    add('lines');
  }
  return counts;
}

/** How much of a deck its circuit needs, per kind of line that the deck has. */
export function censusOf(
  all: ReadonlyMap<Census['what'], number>,
  kept: ReadonlyMap<Census['what'], number>,
): Census[] {
  const order = [...Object.values(KINDS), 'lines'] as const;
  return order.flatMap((what) => {
    const of = all.get(what) ?? 0;
    return of > 0 ? [{ what, kept: kept.get(what) ?? 0, of }] : [];
  });
}
