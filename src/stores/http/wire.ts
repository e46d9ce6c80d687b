import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * What client and server of the `http` store say to each other.
 *
 * | request | answers |
 * | --- | --- |
 * | `GET /key` | 200 with the object, 404 |
 * | `HEAD /key` | 200, 404 |
 * | `PUT /key` with `If-None-Match: *` | 201, 412 where there is one |
 * | `DELETE /key` | 204, whether or not there was one |
 * | `GET /?prefix=P&after=A` | 200 with a page: `{"objects": [{"key", "size"}], "next": "last key of this page"}` |
 * | `GET /healthz` | 200, without a token |
 *
 * Objects carry `Content-Digest: sha-256=:…:` (RFC 9530) both ways. Busy: 503 with `Retry-After`.
 */

/** On every answer: a 404 without it is of something else, such as an ingress whose server is away. */
export const ANSWERED_BY = 'spicelab-store';
export const WIRE_VERSION = '1';

export const HEALTH_PATH = '/healthz';

export const pageSchema = z.object({
  objects: z.array(z.object({ key: z.string(), size: z.number().int().nonnegative() })),
  /** Ask on after this key; absent on the last page. */
  next: z.string().optional(),
});
export type Page = z.infer<typeof pageSchema>;

/** The value of `Content-Digest` for an object. */
export const contentDigest = (bytes: Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
