import type { IncomingMessage, ServerResponse } from 'node:http';
import { SpiceLabError } from '../errors/index.ts';
import type { Store, StoredObject } from '../store.ts';
import { contentDigest, type Page } from '../stores/http/wire.ts';
import { checkAfter, checkPrefix, isKey } from '../stores/keys.ts';
import type { InFlight } from './in-flight.ts';

/** Objects of one answer to a listing. */
const MOST_IN_PAGE = 5000;

/** Answers one request whose bearer is known. @throws SpiceLabError what the store throws */
export async function answerRequest(
  store: Store,
  request: IncomingMessage,
  response: ServerResponse,
  inFlight: InFlight,
): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const key = path.slice(1);
  if (key === '') {
    if (request.method !== 'GET') return refuse(response, 405, 'only GET lists');
    return list(store, new URLSearchParams(query), response);
  }
  if (!isKey(key)) return refuse(response, 400, 'this is no key of a store');
  switch (request.method) {
    case 'GET':
      return read(store, key, response, inFlight);
    case 'HEAD':
      response.writeHead((await store.has(key)) ? 200 : 404).end();
      return;
    case 'PUT':
      return write(store, key, request, response, inFlight);
    case 'DELETE':
      await store.delete(key);
      response.writeHead(204).end();
      return;
    default:
      refuse(response, 405, 'GET, HEAD, PUT and DELETE are understood');
  }
}

async function list(store: Store, query: URLSearchParams, response: ServerResponse): Promise<void> {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('after') ?? '';
  const valid = isValid(() => {
    checkPrefix(prefix);
    checkAfter(after);
  });
  if (!valid) return refuse(response, 400, 'prefix and after are beginnings of keys');
  const objects: StoredObject[] = [];
  let next: string | undefined;
  for await (const object of store.list(prefix, after)) {
    if (objects.length === MOST_IN_PAGE) {
      next = objects.at(-1)!.key;
      break;
    }
    objects.push(object);
  }
  const page: Page = { objects, ...(next === undefined ? {} : { next }) };
  send(response, Buffer.from(JSON.stringify(page)), 'application/json');
}

async function read(store: Store, key: string, response: ServerResponse, inFlight: InFlight): Promise<void> {
  if (!inFlight.hasRoom(0)) return busy(response);
  const bytes = await store.read(key);
  if (!bytes) return refuse(response, 404, 'there is no such object');
  response.once('close', inFlight.take(bytes.length));
  send(response, bytes, 'application/octet-stream');
}

async function write(
  store: Store,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
  inFlight: InFlight,
): Promise<void> {
  const { headers } = request;
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (headers['if-none-match'] !== '*')
    return refuse(response, 428, 'objects are written once: If-None-Match: * is wanted');
  if (!Number.isSafeInteger(length)) return refuse(response, 411, 'Content-Length is wanted');
  if (length > inFlight.mostBytes)
    return refuse(response, 413, `objects of up to ${inFlight.mostBytes} bytes are taken, not ${length}`);
  if (!inFlight.hasRoom(length)) return busy(response);
  const release = inFlight.take(length);
  try {
    const bytes = await bodyOf(request, length);
    if (!bytes) return;
    const digest = headers['content-digest'];
    if (digest !== undefined && digest !== contentDigest(bytes))
      return refuse(response, 422, 'the object was changed on the way');
    const isNew = await store.writeOnce(key, bytes);
    if (isNew) response.writeHead(201, { etag: etagOf(bytes) }).end();
    else refuse(response, 412, 'there is such an object already');
  } finally {
    release();
  }
}

/** Nothing where the connection was cut. */
async function bodyOf(request: IncomingMessage, length: number): Promise<Uint8Array | undefined> {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) at += piece.copy(bytes, at);
  } catch {
    return undefined;
  }
  return at === length ? bytes : undefined;
}

const etagOf = (bytes: Uint8Array): string => `"${contentDigest(bytes).slice('sha-256=:'.length, -1)}"`;

function send(response: ServerResponse, bytes: Uint8Array, type: string): void {
  response
    .writeHead(200, {
      'content-type': type,
      'content-length': bytes.length,
      'content-digest': contentDigest(bytes),
      etag: etagOf(bytes),
      'x-content-type-options': 'nosniff',
    })
    .end(bytes);
}

function busy(response: ServerResponse): void {
  response.setHeader('retry-after', '1');
  refuse(response, 503, 'too many objects are on their way at once');
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}

function isValid(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (thrown) {
    if (thrown instanceof SpiceLabError) return false;
    throw thrown;
  }
}
