import { type ExecFileException, execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * The cluster that KUBECONFIG names, if it is one of `../shared/kubernetes` (their folder holds containerd's socket, through
 * which images come in). Never any other: these tests make and delete namespaces.
 */
export const CLUSTER = findCluster();
if (!CLUSTER)
  console.log(
    'SKIPPED: KUBECONFIG names no cluster that ../shared/kubernetes/up started; .ci/run starts one',
  );

function findCluster(): string | undefined {
  const config = process.env['KUBECONFIG'];
  if (!config) return undefined;
  const folder = dirname(config);
  try {
    execFileSync('ctr', ['--address', `${folder}/containerd/sock`, 'version'], { stdio: 'ignore' });
    execFileSync('kubectl', ['get', '--raw', '/readyz'], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}

/** What started the cluster, and starts again what of it does not run. */
export const UP = ['../shared', '../../shared']
  .map((shared) => resolve(import.meta.dirname, '../../..', shared, 'kubernetes/up'))
  .find((file) => existsSync(file));

export const mendCluster = (): Promise<string> => run(UP!, [CLUSTER!]);

/** Ends a daemon of the cluster as a crash would; `mendCluster` starts it again. */
export async function endDaemon(name: string): Promise<void> {
  const [pid] = (await readFile(`${CLUSTER}/run/${name}.pid`, 'utf8')).split(' ');
  process.kill(Number(pid), 'SIGKILL');
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; `input` goes to its standard input. A failure is thrown with what it printed. */
export async function run(
  program: string,
  words: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const ran = await attempt(program, words, options);
  if (ran.code !== 0)
    throw new Error(`${program} ${words.join(' ')} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Like `run`, where failing is an answer. */
export function attempt(
  program: string,
  words: readonly string[],
  { input, ...options }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...words],
      { ...options, maxBuffer: 1 << 28 },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({
          code: error ? Number(error.code ?? 1) : 0,
          stdout,
          stderr: stderr || (error?.message ?? ''),
        }),
    );
    child.stdin?.end(input);
  });
}

export const kubectl = (...words: string[]): Promise<string> => run('kubectl', words);
export const helm = (...words: string[]): Promise<string> => run('helm', words);

/** Sends manifests, as `kubectl apply` does. */
export const apply = (namespace: string, ...manifests: readonly object[]): Promise<string> =>
  run('kubectl', ['--namespace', namespace, 'apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }),
  });

/** One object of the API, or what a list of them holds. */
export async function get<T>(namespace: string, ...words: string[]): Promise<T> {
  return JSON.parse(await kubectl('--namespace', namespace, 'get', ...words, '--output', 'json')) as T;
}

/** A namespace that lets in only pods of the `restricted` security standard, and its end, which nobody waits for. */
export async function makeNamespace(prefix: string): Promise<{ name: string; remove: () => Promise<void> }> {
  const name = `${prefix}-${randomBytes(3).toString('hex')}`;
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await run('kubectl', ['create', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }),
  });
  const remove = async () => {
    await kubectl('delete', 'namespace', name, '--wait=false');
  };
  return { name, remove };
}

/** Asks until the answer is one; what it was last is told when time is up. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  seconds = 120,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** A port of a service on this machine, until `close`. */
export async function forward(
  namespace: string,
  target: string,
  port: number,
): Promise<{ port: number; close: () => void }> {
  const words = ['--namespace', namespace, 'port-forward', target, `:${port}`];
  const options: SpawnOptions = { stdio: ['ignore', 'pipe', 'pipe'] };
  const child = spawn('kubectl', words, options);
  const local = await new Promise<number>((resolve, reject) => {
    let printed = '';
    const hear = (data: Buffer): void => {
      printed += data;
      const [, found] = /127\.0\.0\.1:(\d+)/.exec(printed) ?? [];
      if (found) resolve(Number(found));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => reject(new Error(`kubectl ${words.join(' ')} ended:\n${printed}`)));
  });
  return { port: local, close: () => void child.kill() };
}
