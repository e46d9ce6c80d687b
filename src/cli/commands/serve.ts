import { SpiceLabError } from '../../errors/index.ts';
import { serveStore } from '../../server/serve-store.ts';
import { readTokenFile, requireToken, storeToken, TOKEN } from '../../stores/http/token.ts';
import { openStore } from '../../stores/index.ts';
import { EXIT } from '../errors.ts';
import type { Streams } from '../streams.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string | undefined;
  readonly maxObject: number;
  readonly quiet?: boolean | undefined;
}

/** Seconds for what is under way when the server is told to end; a cluster gives a process thirty. */
const GRACE = 20;

/** Serves until SIGTERM or SIGINT; a second one ends at once. Where it is served is the one line of standard output. */
export async function serve(location: string, options: ServeOptions, streams: Streams): Promise<number> {
  const token = tokenOf(options);
  const store = await openStore(location);
  const { host, port, maxObject, quiet } = options;
  const log = (line: string): void => void (quiet || streams.stderr.write(`${line}\n`));
  const served = await serveStore({ store, token, host, port, mostBytes: maxObject, log });
  streams.stdout.write(`Serving ${store.location} at ${served.url}\n`);
  await signal();
  const closed = served.close(GRACE);
  await Promise.race([closed, signal().then(() => served.close(0))]);
  return EXIT.ok;
}

function tokenOf({ tokenFile }: ServeOptions): string {
  if (tokenFile !== undefined) return readTokenFile(tokenFile);
  const token = storeToken();
  if (token === undefined)
    throw new SpiceLabError(
      'OPTION_INVALID',
      'whoever asks for runs has to show a token, and there is none',
      {
        remedy: `Make one, (umask 077; openssl rand -hex 32 > token), and give --token-file token, or set ${TOKEN}.`,
      },
    );
  requireToken(token, TOKEN);
  return token;
}

/** The next one that asks this process to end. */
function signal(): Promise<void> {
  return new Promise((resolve) => {
    const heard = (): void => {
      process.off('SIGINT', heard);
      process.off('SIGTERM', heard);
      resolve();
    };
    process.on('SIGINT', heard);
    process.on('SIGTERM', heard);
  });
}
