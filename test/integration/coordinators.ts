import { type ChildProcess, spawn } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunEvent } from '../../src/run/index.ts';
import { bundle } from '../bundle.ts';
import { ROOT } from '../code-blocks.ts';
import type { CoordinatorTask } from '../fakes/coordinator.ts';

type Line = RunEvent | { readonly type: 'error'; readonly code: string; readonly message: string };

/** A run's coordinator in a process of its own, which may be killed. */
export interface Coordinator {
  readonly child: ChildProcess;
  readonly lines: Line[];
  /** Resolves at the first line of a type, or of those that are meant. */
  first(type: Line['type'], isMeant?: (line: Line) => boolean): Promise<Line>;
  readonly ended: Promise<number | null>;
}

/** Starts coordinators. */
export class Coordinators {
  readonly #script: string;

  /** Builds them into a folder, beside what an installation has beside them. */
  static async prepare(folder: string): Promise<Coordinators> {
    const script = join(folder, 'coordinator.mjs');
    await bundle(join(ROOT, 'test/fakes/coordinator.ts'), script);
    await symlink(join(ROOT, 'python'), join(folder, 'python'));
    return new Coordinators(script);
  }

  private constructor(script: string) {
    this.#script = script;
  }

  start(task: Omit<CoordinatorTask, 'workerFile'>): Coordinator {
    const workerFile = join(ROOT, 'dist/worker.mjs');
    const argument = JSON.stringify({ ...task, workerFile } satisfies CoordinatorTask);
    const child = spawn(process.execPath, [this.#script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: Line[] = [];
    const waiting = new Set<(line: Line) => void>();
    createInterface({ input: child.stdout! }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      lines.push(line);
      for (const hear of waiting) hear(line);
    });
    const first = (type: Line['type'], isMeant: (line: Line) => boolean = () => true) =>
      new Promise<Line>((found) => {
        const hear = (line: Line): void => {
          if (line.type !== type || !isMeant(line)) return;
          waiting.delete(hear);
          found(line);
        };
        waiting.add(hear);
        lines.forEach(hear);
      });
    const ended = new Promise<number | null>((done) => child.on('close', done));
    return { child, lines, first, ended };
  }
}
