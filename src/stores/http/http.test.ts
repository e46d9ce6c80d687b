import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedFolder, servedFolder, TEST_TOKEN } from '../../../test/served-folder.ts';
import { openStore } from '../index.ts';
import { openHttpStore } from './index.ts';
import { ANSWERED_BY, contentDigest } from './wire.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('http store', () => {
  it.each([
    ['http://user:secret@host/rc', /SPICELAB_STORE_TOKEN/],
    ['http://host/rc?token=secret', /Give http:\/\/host\/rc/],
    ['http://host/a//b', /slash/],
    ['http://host/a%2e', /letters, digits/],
    ['http://', /http:\/\/host:8080/],
  ])('refuses the location %s without repeating a secret', async (location, remedy) => {
    const error = await openStore(location).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'OPTION_INVALID', remedy: expect.stringMatching(remedy) });
    expect(String(error)).not.toContain('secret');
  });

  it('says which address is wrong where nothing answers, after a few attempts', async () => {
    const store = openHttpStore('http://127.0.0.1:9/rc');
    await expect(store.has('plan.json')).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('http://127.0.0.1:9/rc'),
      remedy: expect.stringContaining('spicelab serve'),
    });
  });
});

/** A server that plays what each test hands it, one function per request; the last goes on. */
describe('http store and a server that misbehaves', () => {
  type Play = (request: IncomingMessage, response: ServerResponse) => void;
  let plays: Play[];
  let asked: string[];
  let url: string;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      asked.push(`${request.method} ${request.url}`);
      const play = plays.length > 1 ? plays.shift()! : plays[0]!;
      play(request, response);
    });
  });
  const answers =
    (status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): Play =>
    (_, response) =>
      response.writeHead(status, { [ANSWERED_BY]: '1', ...headers }).end(body);

  beforeEach(async () => {
    plays = [];
    asked = [];
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );

  it('reads again after 500, throttling, a cut body and a body that was changed', async () => {
    const content = 'x'.repeat(100_000);
    plays = [
      answers(500),
      answers(503, { 'retry-after': '0' }),
      answers(429),
      (_, response) => {
        response.writeHead(200, { [ANSWERED_BY]: '1', 'content-length': content.length });
        response.write(content.slice(0, 1000));
        setImmediate(() => response.destroy());
      },
      answers(200, { 'content-digest': contentDigest(bytes('something else')) }, content),
      answers(200, { 'content-digest': contentDigest(bytes(content)) }, content),
    ];
    expect(await openHttpStore(url).read('parts/a')).toEqual(bytes(content));
    expect(asked).toHaveLength(6);
  });

  it('knows its own write again whose answer was lost', async () => {
    plays = [
      (request) => request.socket.destroy(),
      answers(412),
      answers(200, { 'content-digest': contentDigest(bytes('mine')) }, 'mine'),
    ];
    expect(await openHttpStore(url).writeOnce('a', bytes('mine'))).toBe(true);
  });

  it('does not take for its own what another wrote while its answer was lost', async () => {
    plays = [(request) => request.socket.destroy(), answers(412), answers(200, {}, 'theirs')];
    expect(await openHttpStore(url).writeOnce('a', bytes('mine'))).toBe(false);
  });

  it('asks nothing more when the first answer says that the object is there', async () => {
    plays = [answers(412)];
    expect(await openHttpStore(url).writeOnce('a', bytes('mine'))).toBe(false);
    expect(asked).toEqual(['PUT /a']);
  });

  it('does not take the 404 of an ingress for an object that is not there', async () => {
    plays = [(_, response) => response.writeHead(404).end('default backend'), answers(404)];
    expect(await openHttpStore(url).read('a')).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it('carries no token to where a server redirects', async () => {
    plays = [(_, response) => response.writeHead(301, { location: 'https://elsewhere/' }).end()];
    await expect(openHttpStore(url).read('a')).rejects.toMatchObject({
      code: 'STORE_FAILED',
      remedy: expect.stringContaining('https://elsewhere/'),
    });
    expect(asked).toHaveLength(1);
  });
});

describe('spicelab serve', () => {
  let served: ServedFolder;
  beforeEach(async () => {
    served = await servedFolder(1000);
  });
  afterEach(() => served.close());

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(served.url + path, {
      ...init,
      headers: { authorization: `Bearer ${TEST_TOKEN}`, ...init.headers },
    });

  it('lets nobody in without the token, and says how to give it', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      `Basic ${TEST_TOKEN}`,
      `Bearer ${TEST_TOKEN}x`,
    ])
      for (const [path, method] of [
        ['/a', 'GET'],
        ['/?prefix=', 'GET'],
        ['/a', 'PUT'],
        ['/a', 'DELETE'],
      ] as const)
        expect((await ask(path, { method, headers: { authorization } })).status).toBe(401);
    process.env['SPICELAB_STORE_TOKEN'] = 'another-token-altogether';
    await expect(openHttpStore(served.url).read('a')).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
      remedy: expect.stringContaining('SPICELAB_STORE_TOKEN'),
    });
  });

  it('tells probes that it lives, without a token and without a line in the log', async () => {
    expect((await fetch(`${served.url}/healthz`)).status).toBe(200);
    expect(served.log).toEqual([]);
  });

  it('logs who asked for what, and no secret', async () => {
    await ask('/a', { method: 'PUT', headers: { 'if-none-match': '*' }, body: 'hello' });
    await ask('/nothing%0d%0a');
    await expect.poll(() => served.log).toHaveLength(2);
    expect(served.log[0]).toMatch(/^\S+Z 127\.0\.0\.1 PUT \/a 201 5 \d+ms$/);
    expect(served.log.join()).not.toContain(TEST_TOKEN);
  });

  it.each([
    ['writes without a condition', { method: 'PUT', body: 'x' }, '/a', 428],
    [
      'objects that are too large',
      { method: 'PUT', body: 'x'.repeat(1001), headers: { 'if-none-match': '*' } },
      '/a',
      413,
    ],
    [
      'objects that were changed on the way',
      { method: 'PUT', body: 'x', headers: { 'if-none-match': '*', 'content-digest': 'sha-256=:AAAA:' } },
      '/a',
      422,
    ],
    ['keys that climb', {}, '/..%2Fetc%2Fpasswd', 400],
    ['keys with a backslash', {}, '/a%5Cb', 400],
    ['prefixes that climb', {}, '/?prefix=../', 400],
    ['other methods', { method: 'POST', body: 'x' }, '/a', 405],
  ])('refuses %s', async (_, init, path, status) => {
    expect((await ask(path, init as RequestInit)).status).toBe(status);
    expect((await ask('/a')).status).toBe(404);
  });

  it('gives an object with its length, its checksum and a tag', async () => {
    await openHttpStore(`${served.url}/rc`).writeOnce('plan.json', bytes('{}'));
    const { headers } = await ask('/rc/plan.json');
    expect(headers.get('content-length')).toBe('2');
    expect(headers.get('content-digest')).toBe(contentDigest(bytes('{}')));
    expect(headers.get('etag')).toMatch(/^"\S+"$/);
  });

  it('says how to take larger objects', async () => {
    await expect(openHttpStore(served.url).writeOnce('a', new Uint8Array(1001))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      remedy: expect.stringContaining('--max-object'),
    });
  });

  it('lets many large objects through in turn', async () => {
    const store = openHttpStore(served.url);
    const written = Array.from({ length: 12 }, (_, i) =>
      store.writeOnce(`k/${i}`, new Uint8Array(900).fill(i)),
    );
    expect(await Promise.all(written)).toEqual(written.map(() => true));
  });
});
