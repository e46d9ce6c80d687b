import { Command } from 'commander';
import type { Study, StudyFlags, StudyKind } from '../../study/index.ts';
import type { RunFlags } from '../commands/simulate.ts';
import {
  addHighSigmaOption,
  addOutputOptions,
  addRunOptions,
  addSamplingOptions,
  addStudyOptions,
  addSweepOptions,
  addTuneOptions,
  number,
  wholeNumber,
} from '../options.ts';
import { type TreeContext, withExamples } from './context.ts';

type Flags = StudyFlags & RunFlags;

/** What the command line may say otherwise than a study file. */
interface DrawFlags {
  readonly samples?: number | undefined;
  readonly seed?: number | undefined;
}

/** Commands that ask a question of a deck, or of a study file. */
export function studyCommands(context: TreeContext): Command[] {
  return [
    monteCarlo(context),
    sweep(context),
    worstCase(context),
    sensitivity(context),
    tune(context),
    run(context),
    explain(context),
  ];
}

function deckCommand(name: string, summary: string): Command {
  return new Command(name)
    .description(summary)
    .argument('<deck>', 'a SPICE deck in ngspice’s dialect, or a study file');
}

function withStudyOptions(command: Command): Command {
  return addOutputOptions(addRunOptions(addStudyOptions(addSamplingOptions(command))));
}

async function simulateFlags(
  kind: StudyKind,
  deck: string,
  flags: Flags,
  { streams, finish, spawned }: TreeContext,
) {
  const [{ studyArgument }, { simulateStudy }] = await Promise.all([
    import('../study-argument.ts'),
    import('../commands/simulate.ts'),
  ]);
  const asked = await studyArgument(kind, deck, flags);
  finish(await simulateStudy(asked.study, { ...asked.flags, spawned }, streams));
}

const monteCarlo = (context: TreeContext): Command =>
  withExamples(
    addHighSigmaOption(
      withStudyOptions(
        addSweepOptions(deckCommand('mc', 'Monte Carlo: how a circuit spreads, and its yield')),
      ),
    ),
    'spicelab mc rc.cir --vary "R1=normal(1k,1%)" --vary "C1=normal(5%)" --measure "bw=when(vdb(out),-3)" --spec "bw>1.4k" -n 1000 --seed 1',
    'spicelab mc ota.cir --vary "M*.delvto=normal(0,2m)" --corner "hot: temp=125, VDD=1.62" --measure "vos=op:v(out)-v(inp)"',
    'spicelab mc pdk-ota.cir --vary mismatch --corner typical,ff,ss -n 2000',
    'spicelab mc rc.cir --vary "R*=normal(1%)" --measure "bw=when(vdb(out),-3)" --spec "bw>1.4k" --until "yield +-0.5%" -n 100k',
    'spicelab mc ota.cir --vary "M*.delvto=normal(0,2m)" --measure "vos=op:v(out)-v(inp)" --spec "vos<15m" --high-sigma 5 -n 1000',
  ).action((deck: string, flags: Flags) => simulateFlags('mc', deck, flags, context));

const sweep = (context: TreeContext): Command =>
  withExamples(
    withStudyOptions(
      addSweepOptions(
        deckCommand('sweep', 'Step values: linear, logarithmic, lists, temperature, from a file'),
      ),
    ),
    'spicelab sweep rc.cir --sweep "R1=dec(100,10k,5)" --measure "bw=when(vdb(out),-3)"',
    'spicelab sweep ota.cir --sweep "temp=-40,27,125" --sweep "VDD=lin(1.6,2.0,5)" --save "v(out)"',
  ).action((deck: string, flags: Flags) => simulateFlags('sweep', deck, flags, context));

const worstCase = (context: TreeContext): Command =>
  withExamples(
    withStudyOptions(
      deckCommand('worst-case', 'All tolerance extremes, or those that sensitivities point to'),
    ).option('--at <sigmas>', 'where a normal tolerance has its extremes, in sigma (3)', number),
    'spicelab worst-case rc.cir --vary "R1=uniform(1%)" --vary "C1=uniform(5%)" --measure "bw=when(vdb(out),-3)"',
    'spicelab worst-case sallen-key.study.yaml',
  ).action(async (deck: string, flags: Flags & { at?: number }) => {
    const [{ studyArgument }, { runWorstCase }] = await Promise.all([
      import('../study-argument.ts'),
      import('../commands/tolerances.ts'),
    ]);
    const asked = await studyArgument('worst-case', deck, flags);
    context.finish(
      await runWorstCase(asked.study, { ...asked.flags, spawned: context.spawned }, context.streams),
    );
  });

const sensitivity = (context: TreeContext): Command =>
  withExamples(
    withStudyOptions(
      deckCommand('sensitivity', 'One variable at a time: percent per percent, and slope'),
    ).option('--step <share>', 'how far each variable is moved, such as 1% (one sigma)'),
    'spicelab sensitivity pdk-ota.cir --vary mismatch',
    'spicelab sensitivity rc.cir --vary "R*=normal(1%)" --measure "bw=when(vdb(out),-3)"',
  ).action(async (deck: string, { step, ...flags }: Flags & { step?: string }) => {
    const [{ studyArgument }, { runSensitivity }, { readStep }] = await Promise.all([
      import('../study-argument.ts'),
      import('../commands/tolerances.ts'),
      import('../options.ts'),
    ]);
    const asked = await studyArgument('sensitivity', deck, flags);
    const moved = { ...asked.flags, step: readStep(step) };
    context.finish(
      await runSensitivity(asked.study, { ...moved, spawned: context.spawned }, context.streams),
    );
  });

const explain = ({ streams }: TreeContext): Command =>
  withExamples(
    addStudyOptions(
      addSamplingOptions(
        addSweepOptions(
          addTuneOptions(
            deckCommand('explain', 'What varies in a deck or study, and how; nothing is simulated').option(
              '--json',
              'everything as one line of JSON',
            ),
          ),
        ),
      ),
    ),
    'spicelab explain pdk-ota.cir',
    'spicelab explain pdk-ota.cir --vary process --tie "sw_*" --corner typical,ff',
    'spicelab explain ota.study.yaml --json',
  ).action(async (deck: string, flags: Flags) => {
    const [{ studyArgument }, { explainStudy }] = await Promise.all([
      import('../study-argument.ts'),
      import('../commands/explain.ts'),
    ]);
    const { study } = await studyArgument(flags.design ? 'tune' : 'mc', deck, flags);
    await explainStudy(study, flags, streams);
  });

const tune = ({ streams, finish, spawned }: TreeContext): Command =>
  withExamples(
    withStudyOptions(
      addTuneOptions(
        addSweepOptions(deckCommand('tune', 'Search the best design: values of parameters and devices')),
      ),
    ),
    'spicelab tune rc.cir --design "R1=e24(100,100k)" --design "C1=log(1n,1u)" --minimize "abs(bw-2k)" --measure "bw=when(vdb(out),-3)"',
    'spicelab tune ota.cir --design "M1.w,M2.w=log(1u,50u)" --vary mismatch --measure "vos=op:v(out)-v(inp)" --spec "-5m<vos<5m" --maximize yield --budget 20k',
    'spicelab tune ota.study.yaml --sampler cmaes --out ota',
  ).action(async (deck: string, flags: Flags) => {
    const [{ tuneArgument }, { tuneStudy }] = await Promise.all([
      import('../study-argument.ts'),
      import('../commands/tune.ts'),
    ]);
    const asked = await tuneArgument(deck, flags);
    finish(await tuneStudy(asked.study, { ...asked.flags, spawned }, streams));
  });

const run = ({ streams, finish, spawned }: TreeContext): Command =>
  withExamples(
    addOutputOptions(
      addRunOptions(
        new Command('run')
          .description('Run a study file (YAML, JSON, TypeScript or JavaScript)')
          .argument('<study>', 'the file; spicelab init writes one')
          .option('-n, --samples <count>', 'samples instead of the file’s', wholeNumber(1))
          .option('--seed <number>', 'seed instead of the file’s', wholeNumber(0)),
      ),
    ),
    'spicelab run ota.study.yaml --out ota',
    'spicelab run ota.study.yaml -n 40 --seed 7',
    'spicelab run study.ts --workers 2',
  ).action(async (path: string, { samples, seed, ...flags }: RunFlags & DrawFlags) => {
    const [{ studyFile }, { simulateStudy }] = await Promise.all([
      import('../study-argument.ts'),
      import('../commands/simulate.ts'),
    ]);
    const { study, flags: told } = await studyFile(path, flags);
    if (study.tuning) {
      const { tuneStudy } = await import('../commands/tune.ts');
      finish(await tuneStudy(withDraws(study, { samples, seed }), { ...told, spawned }, streams));
      return;
    }
    finish(await simulateStudy(withDraws(study, { samples, seed }), { ...told, spawned }, streams));
  });

const withDraws = (study: Study, { samples, seed }: DrawFlags): Study => ({
  ...study,
  samples: samples ?? study.samples,
  sampling: { ...study.sampling, seed: seed ?? study.sampling.seed },
});
