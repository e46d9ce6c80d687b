import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, forward, helm, kubectl, run } from './cluster.ts';
import { loadImage, ROOT, type Variant } from './images.ts';

export const CHART = join(ROOT, 'deploy/helm/spicelab');
export const CLI = join(ROOT, 'dist/cli.mjs');
export const LOCAL = join(CHART, 'values-local.yaml');

/** The values files that the chart brings, its defaults not among them. */
export const VALUES_FILES: readonly string[] = readdirSync(CHART).filter((name) =>
  /^values-.*\.yaml$/.test(name),
);

/** Everything that the chart can install. */
export const ALL = ['--set', 'dask.enabled=true', '--set', 'ray.enabled=true'];

/** `--set` words that give a part of the chart the image of this checkout. */
export async function imageOf(variant: Variant): Promise<string[]> {
  const [repository, tag] = (await loadImage(variant)).split(':');
  const at = variant === 'spicelab' ? 'image' : `${variant}.image`;
  return ['--set', `${at}.repository=${repository}`, '--set', `${at}.tag=${tag}`];
}

/** Installs or upgrades, and waits until all of it is ready; what is not ready after three minutes is told. */
export async function install(namespace: string, release: string, words: readonly string[]): Promise<void> {
  const ran = await attempt('helm', [
    ...['upgrade', '--install', release, CHART, '--namespace', namespace, '--values', LOCAL],
    ...['--wait', '--timeout', '180s', ...words],
  ]);
  if (ran.code === 0) return;
  const pods = await kubectl('--namespace', namespace, 'describe', 'pods');
  throw new Error(`${ran.stderr}\n${pods}`);
}

export const uninstall = (namespace: string, release: string): Promise<string> =>
  helm('uninstall', release, '--namespace', namespace);

export async function tokenOf(namespace: string, release: string): Promise<string> {
  const secret = `${release}-results-token`;
  const path = 'jsonpath={.data.token}';
  const encoded = await kubectl('--namespace', namespace, 'get', 'secret', secret, '--output', path);
  return Buffer.from(encoded, 'base64').toString();
}

/** The results service as this machine reaches it, and the environment of commands that use it. */
export async function reachResults(namespace: string, release: string) {
  const { port, close } = await forward(namespace, `service/${release}-results`, 8080);
  const token = await tokenOf(namespace, release);
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    close,
    env: { ...process.env, SPICELAB_STORE_TOKEN: token },
  };
}

/** The command of this checkout, in a folder. */
export const spicelab = (cwd: string, words: readonly string[], env = process.env): Promise<string> =>
  run('node', [CLI, ...words], { cwd, env });
