import type { IncomingMessage, ServerResponse } from 'node:http';

/** Told one line per request, without its end. */
export type AccessLog = (line: string) => void;

const MOST_CHARACTERS = 300;

/**
 * When the answer is gone: `2026-01-31T12:00:00.000Z 10.0.0.7 PUT /rc/parts/000000000000-000000000100.parquet 201 5120 3ms`.
 * No header is written, so no token; what is no plain character is shown as `?`.
 */
export function logged(log: AccessLog, request: IncomingMessage, response: ServerResponse): void {
  const began = performance.now();
  const from = request.socket.remoteAddress ?? '-';
  response.once('close', () => {
    const path = (request.url ?? '').slice(0, MOST_CHARACTERS).replace(/[^\x21-\x7e]/g, '?');
    const bytes = request.headers['content-length'] ?? response.getHeader('content-length') ?? 0;
    const status = response.writableFinished ? response.statusCode : `${response.statusCode} cut`;
    const took = Math.round(performance.now() - began);
    log(`${new Date().toISOString()} ${from} ${request.method} ${path} ${status} ${bytes} ${took}ms`);
  });
}
