import { SpiceLabError } from '../../errors/index.ts';
import { isSegment } from '../keys.ts';

/** Where a store begins within a bucket or a server: `''`, or segments that end with a slash. */
export type KeyPrefix = string;

/** @throws SpiceLabError OPTION_INVALID for what could be no prefix of keys */
export function keyPrefix(location: string, path: string): KeyPrefix {
  const segments = path.replace(/^\/|\/$/g, '').split('/');
  if (segments.length === 1 && segments[0] === '') return '';
  const bad = segments.find((segment) => !isSegment(segment));
  if (bad === undefined) return `${segments.join('/')}/`;
  throw new SpiceLabError('OPTION_INVALID', `nothing can be stored at '${location}'`, {
    remedy:
      bad === ''
        ? 'It has a slash too many.'
        : `'${bad}' is no name here: letters, digits, '.', '_' and '-' make one.`,
  });
}
