import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'spicelab-ci');

const found = (variable: string, prepared: string): string | undefined =>
  process.env[variable] || (existsSync(join(CACHE, prepared)) ? join(CACHE, prepared) : undefined);

const MOTO = found('SPICELAB_TEST_MOTO', 'moto/bin/moto_server');
const VERSITYGW = found('SPICELAB_TEST_VERSITYGW', 'bin/versitygw');
if (!MOTO) console.log('SKIPPED: SPICELAB_TEST_MOTO names no moto_server');
if (!VERSITYGW) console.log('SKIPPED: SPICELAB_TEST_VERSITYGW names no versitygw');

const LOOPBACK = '127.0.0.1';
export const BUCKET = 'spicelab-tests';
export const CREDENTIALS = { accessKeyId: 'testing', secretAccessKey: 'a-secret-for-tests' };

/** An S3 server with one empty bucket. */
export interface S3Server {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Servers that are here: one in Python that keeps everything in memory, and one in Go that keeps objects as files. */
export const S3_SERVERS: readonly { readonly name: string; start(host?: string): Promise<S3Server> }[] = [
  ...(MOTO ? [{ name: 'moto', start: (host?: string) => startMoto(MOTO, host) }] : []),
  ...(VERSITYGW ? [{ name: 'versitygw', start: (host?: string) => startVersitygw(VERSITYGW, host) }] : []),
];

/** Lets everything in this process, and what it starts, use the server. */
export function useServer(endpoint: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}

async function startMoto(program: string, host = LOOPBACK): Promise<S3Server> {
  const child = spawn(program, ['-H', host, '-p', '0'], {
    env: { ...process.env, PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endpoint = await announced(child, /Running on (http:\S+)/);
  return withBucket(endpoint, async () => end(child));
}

async function startVersitygw(program: string, host = LOOPBACK): Promise<S3Server> {
  // below the cache: its folder needs extended attributes, which not every /tmp has
  const folder = await mkdtemp(join(CACHE, 'versitygw-'));
  const address = `${host}:${await freePort(host)}`;
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  const child = spawn(
    program,
    [
      '--port',
      address,
      '--access',
      accessKeyId,
      '--secret',
      secretAccessKey,
      '--region',
      'us-east-1',
      'posix',
      folder,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  await announced(child, /(http:\/\/\S+)/);
  const endpoint = `http://${address}`;
  return withBucket(endpoint, async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  });
}

/** What a pattern finds in the first lines of a program's output. */
function announced(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    for (const stream of [child.stdout!, child.stderr!])
      createInterface(stream).on('line', (line) => {
        if (printed.length < 10_000) printed += `${line}\n`;
        const found = pattern.exec(line)?.[1];
        if (found) resolve(found);
      });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${printed}`)));
  });
}

async function withBucket(endpoint: string, stop: () => Promise<void>): Promise<S3Server> {
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 8,
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  client.destroy();
  return { endpoint, stop };
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    if (!child.kill('SIGKILL')) resolve();
  });
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, host, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
