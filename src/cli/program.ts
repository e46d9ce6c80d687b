import { Argument, Command } from 'commander';
import { readQuantity } from '../expression/index.ts';
import { loadStudyFile, type StudyFlags, type StudyKind, studyFromFlags } from '../study/index.ts';
import { VERSION } from '../version.ts';
import { doctor } from './commands/doctor.ts';
import { type ExportOptions, exportRun } from './commands/export.ts';
import { init } from './commands/init.ts';
import { ls } from './commands/ls.ts';
import { type ReportOptions, report } from './commands/report.ts';
import { type ShowOptions, show } from './commands/show.ts';
import { continueRun, type RunFlags, simulateStudy } from './commands/simulate.ts';
import { runSensitivity, runWorstCase } from './commands/tolerances.ts';
import { completionScript, SHELLS, type Shell } from './completion.ts';
import {
  addOutputOptions,
  addRunOptions,
  addSamplingOptions,
  addStudyOptions,
  addSweepOptions,
  number,
  share,
  wholeNumber,
} from './options.ts';
import type { Streams } from './streams.ts';

type Flags = StudyFlags & RunFlags;

/** The command tree. `finish` is told the exit code of the command that ran. */
export function buildProgram(streams: Streams, finish: (code: number) => void): Command {
  const program = new Command('spicelab')
    .description('From a SPICE deck and a question to an answer with error bars.')
    .version(VERSION)
    .showHelpAfterError('(spicelab COMMAND --help shows its options and examples)')
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
  const deck = new Argument('<deck>', 'a SPICE deck in ngspice’s dialect');

  const studyCommand = (name: string, kind: StudyKind, summary: string, examples: readonly string[]) => {
    const command = new Command(name).description(summary).addArgument(deck);
    if (kind === 'sweep') addSweepOptions(command);
    addSamplingOptions(command);
    if (kind === 'mc') addSweepOptions(command);
    addStudyOptions(command);
    addRunOptions(command);
    addOutputOptions(command);
    program.addCommand(withExamples(command, examples));
    return command;
  };

  const runs = (kind: StudyKind) => async (path: string, flags: Flags) =>
    finish(await simulateStudy(studyFromFlags(kind, path, flags), flags, streams));

  studyCommand('mc', 'mc', 'Monte Carlo: how a circuit spreads, and its yield', [
    'spicelab mc rc.cir --vary "R1=normal(1k,1%)" --vary "C1=normal(5%)" --measure "bw=when(vdb(out),-3)" --spec "bw>1.4k" -n 1000 --seed 1',
    'spicelab mc ota.cir --vary "M*.delvto=normal(0,2m)" --corner "hot: temp=125, VDD=1.62" --measure "vos=v(out)-v(in)"',
    'spicelab mc rc.cir --vary "R*=normal(1%)" --measure "bw=when(vdb(out),-3)" --spec "bw>1.4k" --until "yield +-0.5%" -n 100k',
  ]).action(runs('mc'));

  studyCommand('sweep', 'sweep', 'Step values: linear, logarithmic, lists, temperature, from a file', [
    'spicelab sweep rc.cir --sweep "R1=dec(100,10k,5)" --measure "bw=when(vdb(out),-3)"',
    'spicelab sweep ota.cir --sweep "temp=-40,27,125" --sweep "VDD=lin(1.6,2.0,5)" --save "v(out)"',
  ]).action(runs('sweep'));

  studyCommand('worst-case', 'worst-case', 'All tolerance extremes, or those that sensitivities point to', [
    'spicelab worst-case rc.cir --vary "R1=uniform(1%)" --vary "C1=uniform(5%)" --measure "bw=when(vdb(out),-3)"',
  ])
    .option('--at <sigmas>', 'where a normal tolerance has its extremes, in sigma (3)', number)
    .action(async (path: string, flags: Flags & { at?: number }) =>
      finish(await runWorstCase(studyFromFlags('worst-case', path, flags), flags, streams)),
    );

  studyCommand('sensitivity', 'sensitivity', 'One variable at a time: percent per percent, and slope', [
    'spicelab sensitivity rc.cir --vary "R*=normal(1%)" --measure "bw=when(vdb(out),-3)"',
  ])
    .option('--step <share>', 'how far each variable is moved, such as 1% (one sigma)')
    .action(async (path: string, { step, ...flags }: Flags & { step?: string }) =>
      finish(
        await runSensitivity(
          studyFromFlags('sensitivity', path, flags),
          { ...flags, step: step === undefined ? undefined : readQuantity(step) },
          streams,
        ),
      ),
    );

  const run = program
    .command('run')
    .description('Run a study file (YAML, JSON, TypeScript or JavaScript)')
    .argument('<study>', 'the file; spicelab init writes one');
  addRunOptions(run);
  addOutputOptions(run);
  withExamples(run, ['spicelab run ota.study.yaml --out ota', 'spicelab run study.ts --workers 2']).action(
    async (path: string, flags: RunFlags) => {
      const loaded = await loadStudyFile(path);
      const [until] = loaded.run.until;
      finish(await simulateStudy(loaded.study, { ...loaded.run, until, ...flags }, streams));
    },
  );

  const resume = program
    .command('resume')
    .description('Go on with a run that was interrupted')
    .argument('<run>');
  addRunOptions(resume);
  withExamples(withWatching(resume), ['spicelab resume runs/rc']).action(
    async (name: string, flags: RunFlags) => finish(await continueRun(name, undefined, flags, streams)),
  );

  const extend = program
    .command('extend')
    .description('Add samples to a run; those that are there stay')
    .argument('<run>')
    .requiredOption(
      '-n, --samples <count>',
      'samples of the whole run (per corner and sweep point)',
      wholeNumber(1),
    );
  addRunOptions(extend);
  withExamples(withWatching(extend), ['spicelab extend runs/rc -n 10000']).action(
    async (name: string, { samples, ...flags }: RunFlags & { samples: number }) =>
      finish(await continueRun(name, samples, flags, streams)),
  );

  withExamples(
    program
      .command('show')
      .description('The answer of a run, or one of its samples')
      .argument('<run>')
      .option('--sample <index>', 'one sample: its variables and measurements', wholeNumber(0))
      .option('--deck', 'with --sample: a plain deck of it, for ngspice')
      .option('--confidence <level>', 'of every interval', share)
      .option('--json', 'the answer as JSON'),
    [
      'spicelab show runs/rc',
      'spicelab show runs/rc --sample 4711 --deck > sample.cir && ngspice -b sample.cir',
    ],
  ).action((name: string, options: ShowOptions) => show(name, options, streams));

  program
    .command('ls')
    .description('List the runs here')
    .argument('[folder]')
    .option('--json', 'a JSON line per run')
    .action((folder: string | undefined, options: { json?: boolean }) => ls(folder, options, streams));

  withExamples(
    program
      .command('export')
      .description('Write a run’s table: sample, variables, measurements, status')
      .argument('<run>')
      .option('--format <format>', 'csv, parquet, json or arrow; by the ending of -o when absent, else csv')
      .option('-o, --output <file>', 'standard output when absent')
      .option('--waveforms', 'the saved waveforms instead, one row per point'),
    [
      'spicelab export runs/rc --format csv -o rc.csv',
      'spicelab export runs/rc --format parquet -o rc.parquet',
      'spicelab export runs/rc | head',
    ],
  ).action((name: string, options: ExportOptions) => exportRun(name, options, streams));

  program
    .command('report')
    .description('Write the HTML report of a run: one file that needs no network')
    .argument('<run>')
    .option('-o, --output <file>', 'report.html in the run when absent')
    .option('--confidence <level>', 'of every interval', share)
    .action((name: string, options: ReportOptions) => report(name, options, streams));

  program
    .command('doctor')
    .description('Which simulators are found here, and whether they work')
    .action(async () => finish(await doctor(streams)));

  program
    .command('init')
    .description('Write a starter study, for your deck or for an example')
    .argument('[deck]')
    .option('-o, --output <file>', 'the study to write', 'study.yaml')
    .action((path: string | undefined, { output }: { output: string }) => init(path, output, streams));

  program
    .command('completion')
    .description('Print a completion script for your shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => void streams.stdout.write(completionScript(program, shell)));

  return program;
}

function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}

function withWatching(command: Command): Command {
  return command
    .option('--json', 'events, and last the answer, as JSON lines on standard output')
    .option('-q, --quiet', 'no progress');
}
