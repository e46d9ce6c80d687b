import { pathToFileURL } from 'node:url';
import { Argument, Command } from 'commander';
import type { CleanOptions } from '../commands/clean.ts';
import { completionScript, SHELLS, type Shell } from '../completion.ts';
import { type TreeContext, withExamples } from './context.ts';

/** Commands that help to begin. `program` is the tree that completion is printed for. */
export function toolCommands(context: TreeContext, program: Command): Command[] {
  return [doctor(context), init(context), clean(context), completion(context, program)];
}

const doctor = ({ streams, finish }: TreeContext): Command =>
  withExamples(
    new Command('doctor').description('Which simulators are found here, and whether they work'),
    'spicelab doctor',
  ).action(async () => {
    const commands = await import('../commands/doctor.ts');
    finish(await commands.doctor(streams));
  });

const init = ({ streams }: TreeContext): Command =>
  withExamples(
    new Command('init')
      .description('Write a starter study, for your deck or for an example')
      .argument('[deck]', 'your deck; an example deck is written when absent')
      .option('-o, --output <file>', 'the study to write', 'study.yaml'),
    'spicelab init ota.cir -o ota.study.yaml',
  ).action(async (deck: string | undefined, { output }: { output: string }) => {
    const commands = await import('../commands/init.ts');
    await commands.init(deck, output, streams);
  });

const clean = ({ streams, finish }: TreeContext): Command =>
  withExamples(
    new Command('clean')
      .description(
        'Remove what runs left on a Kubernetes cluster: jobs that are over, their pods and documents',
      )
      .option('--context <name>', 'of the kubeconfig; its current one when absent')
      .option('--namespace <name>', 'the context’s own when absent')
      .option('--running', 'also jobs that still run')
      .option('--dry-run', 'say what would be removed'),
    'spicelab clean --namespace lab --dry-run',
  ).action(async (options: CleanOptions) => {
    const commands = await import('../commands/clean.ts');
    finish(await commands.clean(options, streams));
  });

const completion = ({ streams }: TreeContext, program: Command): Command =>
  withExamples(
    new Command('completion')
      .description('Print a completion script for your shell')
      .addArgument(new Argument('<shell>').choices(SHELLS)),
    'source <(spicelab completion bash)',
  ).action((shell: Shell) => {
    streams.stdout.write(completionScript(program, shell));
  });

interface WorkerFlags {
  readonly store?: string;
  readonly job?: string;
  readonly folder?: string;
}

/**
 * What images and other hosts start. With `--store` and `--job` it is one task of a batch job; otherwise it speaks the worker
 * protocol on its standard streams until they close.
 */
export const workerCommand = ({ finish }: TreeContext): Command =>
  new Command('worker')
    .description('Be a worker: for backends, not for people')
    .option('--store <location>', 'the run’s store, as it is seen from here')
    .option('--job <name>', 'the batch job whose task this is')
    .option('--folder <folder>', 'where the job’s documents are mounted')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async ({ store, job, folder }: WorkerFlags) => {
      if (store === undefined || job === undefined) {
        const { workerFile } = await import('../../backends/index.ts');
        await import(pathToFileURL(workerFile()).href);
        return;
      }
      const { runTask } = await import('../commands/task.ts');
      finish(await runTask({ store, job, folder }));
    });
