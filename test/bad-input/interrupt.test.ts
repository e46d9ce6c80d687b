import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLI, spicelab, workFolder } from '../command/command.ts';

const STUDY = ['mc', 'formula.cir', '--vary', 'x=normal(1,0.1)', '--measure', 'z=x*y', '-n', '20000'];
const RUN = [...STUDY, '--engine', 'formula', '--workers', '2', '--no-report'];

interface Session {
  readonly child: ChildProcess;
  /** When the first part is there. */
  readonly working: Promise<void>;
  readonly ended: Promise<number | null>;
  stderr(): string;
}

describe.skipIf(process.platform === 'win32')('a run that is interrupted', async () => {
  const folder = await workFolder();
  let table = '';
  const exported = async (run: string) => (await spicelab(folder, 'export', run)).stdout;

  /** In a process group of its own, as a shell starts it. */
  function start(args: readonly string[]): Session {
    const child = spawn(process.execPath, [CLI, ...args, '--json'], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr!.on('data', (text) => {
      stderr += text;
    });
    const lines = createInterface({ input: child.stdout! });
    const working = new Promise<void>((begun) => {
      lines.on('line', (line) => {
        const event = JSON.parse(line) as { type: string; present?: number };
        if (event.type === 'progress' && (event.present ?? 0) > 0) begun();
      });
      lines.on('close', begun);
    });
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return { child, working, ended, stderr: () => stderr };
  }

  /** As a terminal does it: everyone in the foreground gets the signal. */
  const pressCtrlC = ({ child }: Session) => process.kill(-child.pid!, 'SIGINT');

  async function expectResumable(run: string, { ended, stderr }: Session): Promise<void> {
    expect(await ended).toBe(130);
    expect(stderr()).toContain(`spicelab resume ${run}`);
    expect(stderr()).not.toMatch(/defect|\.mjs:\d/);
    expect(await spicelab(folder, 'resume', run, '--chunk', '1000', '--quiet')).toMatchObject({ code: 0 });
    expect(await exported(run)).toBe(table);
  }

  beforeAll(async () => {
    await writeFile(join(folder, 'formula.cir'), 'A formula\n.param x=1 y=2\n.end\n');
    expect(await spicelab(folder, ...RUN, '--out', 'whole', '--quiet')).toMatchObject({ code: 0 });
    table = await exported('whole');
  });

  it('by Ctrl-C finishes the chunks in flight, and resume gives the same table to the last bit', async () => {
    const session = start([...RUN, '--chunk', '1', '--out', 'once']);
    await session.working;
    pressCtrlC(session);
    await expectResumable('once', session);
    expect(session.stderr()).toMatch(/Ctrl-C again stops at once/);
  });

  it('by Ctrl-C twice stops at once, and resume gives the same table', async () => {
    const session = start([...RUN, '--chunk', '10000', '--out', 'twice']);
    await once(session.child.stdout!, 'data');
    pressCtrlC(session);
    while (!session.stderr().includes('again')) await once(session.child.stderr!, 'data');
    pressCtrlC(session);
    await expectResumable('twice', session);
    expect(session.stderr()).toContain('Stopping at once');
  });

  it('by SIGTERM ends as by Ctrl-C', async () => {
    const session = start([...RUN, '--chunk', '1', '--out', 'terminated']);
    await session.working;
    session.child.kill('SIGTERM');
    await expectResumable('terminated', session);
  });

  it('is refused to a second coordinator, who is told by whom it is held', async () => {
    const session = start([...RUN, '--chunk', '1', '--out', 'two']);
    await session.working;
    const second = await spicelab(folder, 'resume', 'two');
    pressCtrlC(session);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`process ${session.child.pid} `);
    await expectResumable('two', session);
  });
});

describe.skipIf(process.platform === 'win32')('a reader that closes early', async () => {
  const folder = await workFolder();
  /** Reads one line and goes, as `| head -1` does. */
  async function head(...args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  }

  it('ends export, show and a run without an error', async () => {
    await writeFile(join(folder, 'formula.cir'), 'A formula\n.param x=1 y=2\n.end\n');
    expect(await spicelab(folder, ...RUN, '-n', '20000', '--out', 'run', '--quiet')).toMatchObject({
      code: 0,
    });
    for (const args of [
      ['export', 'run'],
      ['export', 'run', '--format', 'json'],
      ['show', 'run'],
    ])
      expect(await head(...args)).toEqual({ code: 0, stderr: '' });
  });
});
