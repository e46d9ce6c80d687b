import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // nothing leaves this machine, whatever a page asks for
  '--host-resolver-rules=MAP * ~NOTFOUND',
];
export const DARK = ['--blink-settings=preferredColorScheme=0', '--force-dark-mode'];

/** What a browser made of a page. */
export interface View {
  /** The document after its scripts ran. */
  readonly dom: string;
  /** What was written to the console, errors and violations of the page's policy among it. */
  readonly console: readonly string[];
  /** Addresses that the page asked for over the network. */
  readonly requests: readonly string[];
}

/** Opens a page in a Chromium of its own. */
export async function view(page: string, flags: readonly string[] = []): Promise<View> {
  return inNewProfile(async (profile) => {
    const log = join(profile, 'net-log.json');
    const { stdout, stderr } = await run(
      CHROMIUM!,
      [
        ...QUIET,
        `--user-data-dir=${profile}`,
        '--enable-logging=stderr',
        `--log-net-log=${log}`,
        ...flags,
        '--dump-dom',
        pathToFileURL(page).href,
      ],
      { maxBuffer: 1 << 28 },
    );
    const console = stderr.split('\n').filter((line) => /CONSOLE/.test(line));
    return { dom: stdout, console, requests: requestsIn(await readFile(log, 'utf8')) };
  });
}

/** Prints a page. */
export async function print(page: string, pdf: string): Promise<Buffer> {
  return inNewProfile(async (profile) => {
    await run(CHROMIUM!, [
      ...QUIET,
      `--user-data-dir=${profile}`,
      '--no-pdf-header-footer',
      `--print-to-pdf=${pdf}`,
      pathToFileURL(page).href,
    ]);
    return readFile(pdf);
  });
}

async function inNewProfile<T>(use: (profile: string) => Promise<T>): Promise<T> {
  const profile = await mkdtemp(join(tmpdir(), 'spicelab-chromium-'));
  try {
    return await use(profile);
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface NetLogEvent {
  readonly params?: { readonly url?: string; readonly initiator?: string };
}

/** Requests of pages; the browser's own have no origin. A log cut off at the end is mended as Chromium's viewer does. */
function requestsIn(text: string): string[] {
  const whole = /\]\s*\}\s*$/.test(text) ? text : `${text.trimEnd().replace(/,$/, '')}]}`;
  const { events } = JSON.parse(whole) as { events: readonly NetLogEvent[] };
  const urls = events.flatMap(({ params }) =>
    params?.url && params.initiator && params.initiator !== 'not an origin' ? [params.url] : [],
  );
  return [...new Set(urls)].filter((url) => /^(https?|wss?):/.test(url));
}
