import { Command } from 'commander';
import { VERSION } from '../version.ts';
import type { TreeContext } from './tree/context.ts';
import { runCommands } from './tree/runs.ts';
import { serveCommand } from './tree/serve.ts';
import { studyCommands } from './tree/studies.ts';
import { toolCommands, workerCommand } from './tree/tools.ts';

/** The whole command tree. */
export function buildProgram(context: TreeContext): Command {
  const { stdout, stderr } = context.streams;
  const program = new Command('spicelab')
    .description('From a SPICE deck and a question to an answer with error bars.')
    .version(VERSION)
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  for (const command of [
    ...studyCommands(context),
    ...runCommands(context),
    serveCommand(context),
    ...toolCommands(context, program),
  ]) {
    command
      .copyInheritedSettings(program)
      .showHelpAfterError(`(spicelab ${command.name()} --help shows its options and examples)`);
    program.addCommand(command);
  }
  program.addCommand(workerCommand(context), { hidden: true });
  return program;
}
