import { createHash } from 'node:crypto';

/** SHA-256 of the bytes, in lower-case hexadecimal. */
export function checksum(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
