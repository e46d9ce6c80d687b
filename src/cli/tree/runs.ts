import { Command } from 'commander';
import type { ExportOptions } from '../commands/export.ts';
import type { ReportOptions } from '../commands/report.ts';
import type { ShowOptions } from '../commands/show.ts';
import type { RunFlags } from '../commands/simulate.ts';
import { addRunOptions, addWatchOptions, share, wholeNumber } from '../options.ts';
import { type TreeContext, withExamples } from './context.ts';

const RUN = 'a run’s folder, its name in runs/, or s3://bucket/prefix, http://host:port/run';

/** Commands on runs that exist. */
export function runCommands(context: TreeContext): Command[] {
  return [
    resume(context),
    attach(context),
    extend(context),
    show(context),
    ls(context),
    exportRun(context),
    report(context),
  ];
}

const resume = ({ streams, finish }: TreeContext): Command =>
  withExamples(
    addWatchOptions(
      addRunOptions(
        new Command('resume')
          .description('Go on with a run or a search that was interrupted')
          .argument('<run>', RUN)
          .option('--budget <simulations>', 'of a search: simulations in all from now on', wholeNumber(1)),
      ),
    ),
    'spicelab resume runs/rc',
  ).action(async (run: string, { budget, ...flags }: RunFlags & { budget?: number }) => {
    const { tuneLocation } = await import('../run-folder.ts');
    const search = await tuneLocation(run);
    if (search !== undefined) {
      const { continueTune } = await import('../commands/tune.ts');
      finish(await continueTune(search, budget, flags, streams));
      return;
    }
    const { continueRun } = await import('../commands/simulate.ts');
    finish(await continueRun(run, undefined, flags, streams));
  });

const attach = ({ streams, finish }: TreeContext): Command =>
  withExamples(
    addWatchOptions(
      addRunOptions(
        new Command('attach')
          .description('Watch a run that goes on by itself, from any machine that reaches its store')
          .argument('<run>', RUN),
      ),
    ),
    'spicelab attach s3://bucket/rc',
    'spicelab attach k8s://spicelab/rc --take-over',
  ).action(async (run: string, flags: RunFlags) => {
    const { attachRun } = await import('../commands/simulate.ts');
    finish(await attachRun(run, flags, streams));
  });

const extend = ({ streams, finish }: TreeContext): Command =>
  withExamples(
    addWatchOptions(
      addRunOptions(
        new Command('extend')
          .description('Add samples to a run; those that are there stay')
          .argument('<run>', RUN)
          .requiredOption(
            '-n, --samples <count>',
            'samples of the whole run (per corner and sweep point)',
            wholeNumber(1),
          ),
      ),
    ),
    'spicelab extend runs/rc -n 10000',
  ).action(async (run: string, { samples, ...flags }: RunFlags & { samples: number }) => {
    const { continueRun } = await import('../commands/simulate.ts');
    finish(await continueRun(run, samples, flags, streams));
  });

const show = ({ streams }: TreeContext): Command =>
  withExamples(
    new Command('show')
      .description('The answer of a run, or one of its samples')
      .argument('<run>', RUN)
      .option('--sample <index>', 'one sample: its variables and measurements', wholeNumber(0))
      .option('--trial <number>', 'one design of a search: its values and figures', wholeNumber(0))
      .option(
        '--deck',
        'a plain deck for ngspice: with --sample of it, of a search the best or that of --trial',
      )
      .option('--confidence <level>', 'of every interval', share)
      .option('--json', 'the answer as JSON'),
    'spicelab show runs/rc',
    'spicelab show runs/rc --sample 4711 --deck > sample.cir && ngspice -b sample.cir',
  ).action(async (run: string, options: ShowOptions) => {
    const { tuneLocation } = await import('../run-folder.ts');
    const search = await tuneLocation(run);
    if (search !== undefined) {
      const { showTuning } = await import('../commands/show-tuning.ts');
      await showTuning(search, options, streams);
      return;
    }
    const commands = await import('../commands/show.ts');
    await commands.show(run, options, streams);
  });

const ls = ({ streams }: TreeContext): Command =>
  withExamples(
    new Command('ls')
      .description('List the runs here')
      .argument('[folder]', 'where runs are, also in a store; this folder and runs/ when absent')
      .option('--json', 'a JSON line per run'),
    'spicelab ls',
    'spicelab ls runs --json',
  ).action(async (folder: string | undefined, options: { json?: boolean }) => {
    const commands = await import('../commands/ls.ts');
    await commands.ls(folder, options, streams);
  });

const exportRun = ({ streams }: TreeContext): Command =>
  withExamples(
    new Command('export')
      .description('Write a run’s table: sample, variables, measurements, status')
      .argument('<run>', RUN)
      .option(
        '--format <format>',
        'csv, parquet, json or arrow (raw for waveforms); by the ending of -o when absent, else csv',
      )
      .option('-o, --output <file>', 'standard output when absent')
      .option('--waveforms', 'the saved waveforms instead, one row per point (a plot per sample in raw)'),
    'spicelab export runs/rc --format csv -o rc.csv',
    'spicelab export runs/rc -o rc.parquet',
    'spicelab export runs/rc | head',
  ).action(async (run: string, options: ExportOptions) => {
    const { tuneLocation } = await import('../run-folder.ts');
    const search = await tuneLocation(run);
    const commands = await import('../commands/export.ts');
    if (search !== undefined) {
      await commands.exportTuning(search, options, streams);
      return;
    }
    await commands.exportRun(run, options, streams);
  });

const report = ({ streams }: TreeContext): Command =>
  withExamples(
    new Command('report')
      .description('Write the HTML report of a run: one file that needs no network')
      .argument('<run>', RUN)
      .option(
        '-o, --output <file>',
        'report.html in the run when absent; of a run that is no folder also a file here',
      )
      .option('--confidence <level>', 'of every interval', share),
    'spicelab report runs/rc -o rc.html',
  ).action(async (run: string, options: ReportOptions) => {
    const { tuneLocation } = await import('../run-folder.ts');
    const search = await tuneLocation(run);
    if (search !== undefined) {
      const { reportTuning } = await import('../commands/tune.ts');
      await reportTuning(search, options, streams);
      return;
    }
    const commands = await import('../commands/report.ts');
    await commands.report(run, options, streams);
  });
