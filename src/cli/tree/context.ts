import type { ChildProcess } from 'node:child_process';
import type { Command } from 'commander';
import type { Streams } from '../streams.ts';

/** What every group of commands is built with. Commands import what they run when they run: `--help` stays quick. */
export interface TreeContext {
  readonly streams: Streams;
  /** Told the exit code of the command that ran. */
  readonly finish: (code: number) => void;
  /** Workers that were started while the command line was still being read. */
  readonly spawned: readonly ChildProcess[];
}

export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}
