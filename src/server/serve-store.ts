import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import type { Store } from '../store.ts';
import { ANSWERED_BY, HEALTH_PATH, WIRE_VERSION } from '../stores/http/wire.ts';
import { type AccessLog, logged } from './access-log.ts';
import { bearerCheck } from './bearer.ts';
import { InFlight } from './in-flight.ts';
import { answerRequest } from './requests.ts';

export interface ServeOptions {
  readonly store: Store;
  /** What callers show as `Authorization: Bearer …`. */
  readonly token: string;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Bytes of the largest object; twice as many may be on their way at once, what comes beyond is told to come again. */
  readonly mostBytes: number;
  readonly log: AccessLog;
}

export interface ServedStore {
  /** Where it is served: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more, waits for what is under way, at most so many seconds, then ends. */
  close(graceSeconds: number): Promise<void>;
}

/**
 * Serves a store over HTTP/1.1, as `http` opens it (stores/http/wire.ts). No TLS: that is for what stands before it.
 * @throws SpiceLabError OPTION_INVALID where it cannot listen there
 */
export async function serveStore(options: ServeOptions): Promise<ServedStore> {
  const { store, log, host, port } = options;
  const isBearer = bearerCheck(options.token);
  const inFlight = new InFlight(options.mostBytes);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader(ANSWERED_BY, WIRE_VERSION);
    if (request.url === HEALTH_PATH) return end(response, 200, 'ok');
    logged(log, request, response);
    try {
      if (!isBearer(request.headers.authorization)) return refuse(request, response);
      await answerRequest(store, request, response, inFlight);
    } catch (thrown) {
      fail(response, thrown);
    }
  };

  const server = createServer((request, response) => void answer(request, response));
  // Longer than those of load balancers, which would else send into a connection that is being closed.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(host, port, cause)));
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: (graceSeconds) =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** Whatever such a request carries is not read. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('www-authenticate', 'Bearer realm="spicelab"');
  response.setHeader('connection', 'close');
  end(response, 401, request.headers.authorization ? 'the token is another one' : 'a token is wanted');
}

function fail(response: ServerResponse, thrown: unknown): void {
  const error = toSpiceLabError(thrown);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error.code === 'STORE_FULL') end(response, 507, error.message);
  else if (error.code === 'STORE_FAILED') {
    response.setHeader('retry-after', '1');
    end(response, 503, error.message);
  } else end(response, 500, error.message);
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): SpiceLabError {
  const why = cause.code === 'EADDRINUSE' ? 'something listens there already' : cause.message;
  return new SpiceLabError('OPTION_INVALID', `cannot serve at ${host}:${port}: ${why}`, {
    cause,
    remedy: 'Choose another --port (0 for any that is free) or --host.',
  });
}
