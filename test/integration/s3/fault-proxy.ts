import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What goes wrong with one request. `error`: it never reaches the server. `slow`: nor does an answer come, ever. `cut`: half of
 * the answer comes. `lost`: the server has done it, and the connection breaks. `twice`: it reaches the server twice.
 */
export type Fault =
  | { readonly kind: 'error'; readonly status: number; readonly code: string }
  | { readonly kind: 'slow' | 'cut' | 'lost' | 'twice' };

export interface ProxiedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

/** Stands between a client and an S3 server, counts, and lets things go wrong. */
export class FaultProxy {
  readonly requests: ProxiedRequest[] = [];
  /** Asked for each request; no fault when absent. */
  fault: (request: ProxiedRequest, number: number) => Fault | undefined = () => undefined;
  readonly #server = createServer((request, response) => void this.#pass(request, response));
  readonly #target: URL;
  /** Requests that are under way, and the most there ever were. */
  readonly busy = { now: 0, most: 0 };

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async before(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets faults and what was counted. */
  reset(): void {
    this.requests.length = 0;
    this.fault = () => undefined;
    this.busy.most = 0;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const seen = { method: request.method!, path: request.url! };
    const fault = this.fault(seen, this.requests.push(seen) - 1);
    if (fault?.kind === 'slow') return;
    if (fault?.kind === 'error') {
      const body = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>on purpose</Message></Error>`;
      response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    this.busy.most = Math.max(this.busy.most, ++this.busy.now);
    try {
      const body = Buffer.concat(pieces);
      if (fault?.kind === 'twice') await this.#ask(request, body);
      const { head, content } = await this.#ask(request, body);
      if (fault?.kind === 'lost') {
        request.socket.destroy();
        return;
      }
      response.writeHead(head.statusCode!, head.rawHeaders);
      if (fault?.kind === 'cut') {
        response.write(content.subarray(0, content.length / 2), () => request.socket.destroy());
        return;
      }
      response.end(content);
    } catch {
      request.socket.destroy();
    } finally {
      this.busy.now--;
    }
  }

  #ask(
    { method, url, rawHeaders }: IncomingMessage,
    body: Buffer,
  ): Promise<{ head: IncomingMessage; content: Buffer }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#target;
      const asked = forward(
        { hostname, port, method: method!, path: url!, headers: rawHeaders as never },
        (head) => {
          const pieces: Buffer[] = [];
          head.on('data', (piece: Buffer) => pieces.push(piece));
          head.once('end', () => resolve({ head, content: Buffer.concat(pieces) }));
          head.once('error', reject);
        },
      );
      asked.once('error', reject);
      asked.end(body);
    });
  }
}
