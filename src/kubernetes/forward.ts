import { createServer, type Socket } from 'node:net';
import type { Cluster } from './client.ts';

/** A port of this machine that leads to a pod. */
export interface Forward {
  readonly port: number;
  close(): void;
}

/**
 * Leads connections through the API server to whatever pod is there when they come; one that breaks is the caller's to make
 * again. Does not keep this process.
 */
export async function forwardTo(
  { library, config, namespace }: Cluster,
  target: () => Promise<{ readonly pod: string; readonly port: number }>,
): Promise<Forward> {
  const forward = new library.PortForward(config);
  const server = createServer((socket) => {
    // a request that is under way keeps the process by itself; a connection that waits for the next must not
    socket.unref();
    socket.on('error', () => socket.destroy());
    const connect = async (): Promise<void> => {
      const { pod, port } = await target();
      const answer = await forward.portForward(namespace, pod, [port], socket, null, socket, 0);
      const connection = typeof answer === 'function' ? answer() : answer;
      (connection as { readonly _socket?: Socket } | null)?._socket?.unref();
      connection?.on('close', () => socket.destroy());
      connection?.on('error', () => socket.destroy());
      socket.on('close', () => connection?.close());
    };
    connect().catch(() => socket.destroy());
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() };
}
