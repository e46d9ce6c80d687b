import { matchesPattern } from '../target-syntax.ts';
import type { Source } from './sources.ts';

/** Whether one word of a study's choice means a source: `process`, `mismatch`, `all`, or a pattern. */
export function means(word: string, source: Source): boolean {
  switch (word) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'process':
    case 'mismatch':
      return source.class === word;
    default: {
      const pattern = word.toLowerCase();
      const { name } = source.draws[0]!.draw;
      return matchesPattern(source.name, pattern) || matchesPattern(name, pattern);
    }
  }
}
