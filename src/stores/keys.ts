import { SpiceLabError } from '../errors/index.ts';

const SEGMENT = /^[A-Za-z0-9._-]+$/;
const MOST_CHARACTERS = 1024;
/** What file systems take in one name. */
const MOST_IN_SEGMENT = 200;

/** Whether this may be one segment of a key; nothing that climbs, hides a separator or has a meaning of its own. */
export function isSegment(text: string): boolean {
  return SEGMENT.test(text) && text.length <= MOST_IN_SEGMENT && text !== '.' && text !== '..';
}

/** Whether this may be a key: `/`-separated segments of `[A-Za-z0-9._-]`. */
export const isKey = (text: string): boolean =>
  text.length <= MOST_CHARACTERS && text.split('/').every(isSegment);

/** @throws SpiceLabError INTERNAL for what is no key */
export function checkKey(key: string): void {
  if (!isKey(key)) throw new SpiceLabError('INTERNAL', `${JSON.stringify(key)} is no key of a store`);
}

/** A prefix is the beginning of a key: nothing, whole segments, and perhaps a part of the next. */
export function checkPrefix(prefix: string): void {
  const segments = prefix.split('/');
  const last = segments.pop()!;
  const partly = last === '' || (/^[A-Za-z0-9._-]+$/.test(last) && last.length <= MOST_IN_SEGMENT);
  if (!partly || !segments.every(isSegment))
    throw new SpiceLabError('INTERNAL', `${JSON.stringify(prefix)} is no prefix of a key`);
}

/** Comes after every key in a folder: keys have no `~`. */
export const endOf = (folder: string): string => `${folder}/~`;

/** Where a listing may begin: a key, or the end of a folder. @throws SpiceLabError INTERNAL */
export function checkAfter(after: string): void {
  if (after !== '') checkKey(after.endsWith('/~') ? after.slice(0, -2) : after);
}
