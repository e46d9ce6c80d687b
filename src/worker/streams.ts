import { createWriteStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * Where frames go. Sockets and pipes are written without blocking: `process.stdout` would hold up the watchdog while the
 * coordinator is busy.
 */
export function framesOutput(fd: number): Writable {
  const kind = fstatSync(fd);
  if (kind.isFIFO() || kind.isSocket()) return new Socket({ fd, readable: false, writable: true });
  return createWriteStream('', { fd, autoClose: false });
}

/** Whatever anyone prints goes to standard error, so that standard output is frames only. */
export function printToStandardError(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
}
