import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStages } from '../deploy/docker/dockerfile.mjs';

const DOCKER = resolve(import.meta.dirname, '../deploy/docker');
const read = (name: string): string => readFileSync(join(DOCKER, name), 'utf8');
const stages = readStages(read('Dockerfile'));
const VARIANTS = ['spicelab', 'dask', 'ray'];
const lines = (name: string): readonly string[] => stages.get(name)!.lines;

/** There is no Docker where the tests run; what it would do is little, and all of it is looked at here. */
describe('the Dockerfile', () => {
  it('makes the plain image when no target is named', () => {
    expect([...stages.keys()].at(-1)).toBe('spicelab');
  });

  it.each(VARIANTS)('%s: holds what rootfs makes of that name, and not a file more', (variant) => {
    expect(lines(variant).filter((line) => /^(COPY|ADD|RUN)/.test(line))).toEqual([
      `COPY --from=${variant}-files /rootfs /`,
    ]);
    expect(lines(`${variant}-files`).filter((line) => line.startsWith('RUN'))).toEqual([
      `RUN NODE=/target/node ./rootfs --arch "$TARGETARCH" ${variant} spicelab-*.tgz package-lock.json /rootfs`,
    ]);
    expect(rootBase(variant)).toBe('scratch');
  });

  it.each(VARIANTS)('%s: runs as a numeric user that is not root, under an init, in exec form', (variant) => {
    const { User, Entrypoint, Cmd, Env } = stages.get(variant)!.config;
    expect(User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(Entrypoint?.slice(0, 3)).toEqual(['/usr/bin/tini', '-s', '--']);
    expect(Cmd?.at(-1)).toBe('--help');
    expect(Env).toContain('HOME=/tmp');
  });

  it('builds for the platforms that are wanted on whichever builds: only Node comes from the target', () => {
    expect(lines('tools')[0]).toMatch(/^FROM --platform=\$BUILDPLATFORM node:/);
    expect(lines('node')[0]).toBe(
      lines('tools')[0]!.replace('--platform=$BUILDPLATFORM ', '').replace('tools', 'node'),
    );
    for (const variant of VARIANTS) expect(lines(`${variant}-files`)).toContain('ARG TARGETARCH');
  });

  it('is sent what it copies, and nothing else of the folder', () => {
    const copied = lines('tools').filter((line) => /^COPY (?!--from)/.test(line));
    const files = copied.flatMap((line) => line.split(' ').slice(1, -1));
    const ignore = read('Dockerfile.dockerignore').trim().split('\n');
    expect(ignore).toEqual(['*', ...files.map((file) => `!${file}`)]);
  });

  it('sets no secret and takes no build argument but the platform', () => {
    const all = [...stages.keys()].flatMap(lines);
    expect(all.filter((line) => line.startsWith('ARG'))).toEqual(VARIANTS.map(() => 'ARG TARGETARCH'));
  });
});

describe('rootfs', () => {
  it.skipIf(process.platform === 'win32')('makes only what it knows, and says how it is called', () => {
    const call =
      (...words: string[]) =>
      () =>
        execFileSync(join(DOCKER, 'rootfs'), words, { stdio: 'pipe', encoding: 'utf8' });
    expect(call()).toThrow(/usage: rootfs/);
    expect(call('unheard', '/dev/null', '/dev/null', '/nowhere')).toThrow(/no variant is called unheard/);
    expect(call('--arch', 'mips', 'dask', '/dev/null', '/dev/null', '/nowhere')).toThrow(
      /no image is made for mips/,
    );
  });
});

function rootBase(name: string): string {
  const { from } = stages.get(name)!;
  return stages.has(from) ? rootBase(from) : from;
}
