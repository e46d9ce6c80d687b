/**
 * What a write-once means whose answer was lost: the object that a later attempt finds there may be this writer's own, which
 * its content tells. Two writers of one content may both be told that they wrote it.
 */
export function isSame(found: Uint8Array | undefined, bytes: Uint8Array): boolean {
  return found !== undefined && Buffer.compare(found, bytes) === 0;
}
