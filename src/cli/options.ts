import { type Command, InvalidArgumentError, Option } from 'commander';
import { SpiceLabError } from '../errors/index.ts';
import { parseNumber, readQuantity } from '../expression/index.ts';
import type { Quantity } from '../study/index.ts';

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (!Number.isInteger(value) || value < least)
      throw new InvalidArgumentError(`a whole number of at least ${least} is wanted, such as 1000 or 10k`);
    return value;
  };
}

function positive(text: string): number {
  const value = number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number greater than 0 is wanted');
  return value;
}

function whole(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('a whole number is wanted, such as 10 or -10');
  return value;
}

/** Amounts by name: `SIMULATOR=1,MEMORY=4e9`. */
function amounts(text: string, earlier: Readonly<Record<string, number>> = {}) {
  const pairs = text.split(',').map((pair): [string, number] => {
    const [, name, amount] = /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/.exec(pair) ?? [];
    if (name === undefined)
      throw new InvalidArgumentError('names with amounts are wanted, such as SIMULATOR=1,MEMORY=4e9');
    return [name, positive(amount!)];
  });
  return { ...earlier, ...Object.fromEntries(pairs) };
}

export function share(text: string): number {
  const value = text.endsWith('%') ? number(text.slice(0, -1)) / 100 : number(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('a confidence between 0 and 1 is wanted, such as 0.95 or 95%');
  return value;
}

/** Bytes: `268435456`, `256M` (mebibytes), `2G`. */
export function bytes(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([kmg]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const value = Number(digits) * 2 ** (10 * ' kmg'.indexOf(unit.toLowerCase() || ' '));
  if (!(value > 0)) throw new InvalidArgumentError('a number of bytes is wanted, such as 256M');
  return value;
}

/** A SPICE number. */
export function number(text: string): number {
  try {
    return parseNumber(text);
  } catch {
    throw new InvalidArgumentError(`"${text}" is not a number`);
  }
}

/** What is measured and judged: the same flags for every kind of study. */
export function addStudyOptions(command: Command): Command {
  return command
    .option(
      '--measure <name=expression>',
      'a number per sample: "bw=when(vdb(out),-3)"; the deck’s own .meas lines are measured anyway',
      collect,
    )
    .option('--spec <limits>', 'limits on a measurement or an expression: "bw>1.4k", "-5m<vos<5m"', collect)
    .option('--analysis <command>', 'instead of the deck’s own analyses: "ac dec 20 10 100k"', collect)
    .option('--save <vectors>', 'keep waveforms of these vectors: "v(out)", "tran:v(out),v(in)"', collect)
    .option(
      '--corner <corner>',
      'tt,ff,ss by library section (several at once: ff+res_ff), or "hot: lib=ff, temp=125, VDD=1.62"',
      collect,
    )
    .option('--correlate <targets=r>', 'correlated variables: "R1,R2=0.9"', collect)
    .option('--trust-deck', 'let .control, shell and the like through: the deck may then run any command');
}

/** How variables are drawn. */
export function addSamplingOptions(command: Command): Command {
  return command
    .option(
      '--vary <variable>',
      'a variable: "R1=normal(1k,1%)", "R*=normal(1%)"; or which of the deck’s own draws vary: process, mismatch, all (default), none, "*.mis_vth"',
      collect,
    )
    .option(
      '--tie <pattern>',
      'statistical .params of the deck that draw once per sample, not at every use: "sw_*"',
      collect,
    )
    .option('-n, --samples <count>', 'samples (per corner and sweep point)', wholeNumber(1))
    .option(
      '--seed <number>',
      'which samples are drawn; the same seed gives the same samples',
      wholeNumber(0),
    )
    .addOption(new Option('--sampling <method>', 'how samples are drawn').choices(['random', 'sobol', 'lhs']))
    .option(
      '--replicates <count>',
      'independent Sobol scrambles or hypercubes, from which the intervals come',
      wholeNumber(2),
    );
}

export function addHighSigmaOption(command: Command): Command {
  return command.option(
    '--high-sigma <level>',
    'search failures that are about so many sigma out, and estimate them by importance sampling; -n is all simulations',
    number,
  );
}

export function addSweepOptions(command: Command): Command {
  return command
    .option(
      '--sweep <target=values>',
      'one dimension: "R1=lin(1k,2k,11)", "temp=-40,27,125", or a file with a column per target: \'csv("points.csv")\'',
      collect,
    )
    .option('--zip <targets>', 'swept targets that step together instead of being crossed: "R1,C1"', collect);
}

/** What may be chosen, what for, and how it is searched. */
export function addTuneOptions(command: Command): Command {
  return command
    .option(
      '--design <target=range>',
      'a design variable: "R1=e24(1k,100k)", "M1.w,M2.w=log(1u,50u)", "n=integer(1,8)", "vb=0.4..0.9"',
      collect,
    )
    .option('--minimise, --minimize <figure>', 'what shall be small: "mean(power)", "worst(power)"', collect)
    .option('--maximise, --maximize <figure>', 'what shall be large: yield, "percentile(gain,1%)"', collect)
    .option('--constraint <limits>', 'what has to hold: "yield>=99.7%", "area<200p"', collect)
    .option(
      '--budget <simulations>',
      'simulations in all; a larger one goes on with a search',
      wholeNumber(1),
    )
    .option('--sampler <name>', 'tpe, cmaes or nsga2 (of Optuna, in Python), random or sobol')
    .option('--start <design>', 'a design to begin with: "R1=1k, C1=10n"', collect)
    .option('--at-once <count>', 'designs under way at once; 8 when absent', wholeNumber(1))
    .option(
      '--first <samples>',
      'samples that every design gets; good ones get more, up to -n',
      wholeNumber(1),
    )
    .option(
      '--factor <count>',
      'the best of so many designs goes on to so many times as many samples',
      wholeNumber(2),
    )
    .option('--no-early-stopping', 'every design gets all samples')
    .option('--confirm <count>', 'how many of the best are simulated again with other draws', wholeNumber(0));
}

/** Where and how a run goes; nothing here changes its answer. */
export function addRunOptions(command: Command): Command {
  return command
    .option('--engine <name>', 'libngspice, wasm, ngspice or formula; the fastest found when absent')
    .option('--engine-path <file>', 'the shared library or program to use')
    .option(
      '--on <backend>',
      'where workers run: local (when absent), k8s, dask or ray (a cluster started here), dask://host:8786, ray://host:10001',
    )
    .option(
      '--python <program>',
      'the Python that talks to Dask or Ray; an active environment or python3 when absent',
    )
    .option('--workers <count>', 'worker processes; as many as physical cores when absent', wholeNumber(1))
    .option('--worker-cpus <count>', 'CPUs of a Ray node that one worker takes; 1 when absent', positive)
    .option('--resources <names>', 'what a chunk takes of its Dask worker: "SIMULATOR=1,MEMORY=4e9"', amounts)
    .option('--priority <number>', 'on a Dask cluster, before (10) or behind (-10) what others do', whole)
    .option(
      '--worker-memory <bytes>',
      'most memory of one worker, such as 2G; a fair share when absent',
      bytes,
    )
    .option('--context <name>', 'k8s: the context of the kubeconfig; its current one when absent')
    .option('--namespace <name>', 'k8s: where jobs are made; the context’s own when absent')
    .option('--image <image>', 'k8s: the image that workers are')
    .option('--job-template <file>', 'k8s: how jobs shall look: resources, nodes, queue, store (YAML)')
    .option('--detach', 'end as soon as the backend has everything; spicelab attach watches it again')
    .option('--take-over', 'take the run from a process of another host that is gone')
    .option('--chunk <samples>', 'samples per chunk; found by measurement when absent', wholeNumber(1))
    .option('--timeout <seconds>', 'time limit of one sample', positive)
    .option('--until <rule>', 'stop when enough: "yield +-0.5%", "mean(bw) +-0.1%"; -n is then the most')
    .option('--confidence <level>', 'of every interval', share)
    .option('--mix-engines', 'let a run go on with another engine version than it began with')
    .option('--no-report', 'write no report.html into the run');
}

export function addOutputOptions(command: Command): Command {
  return addWatchOptions(
    command
      .option(
        '-o, --out <folder>',
        'where the run goes; runs/<deck>-<plan> when absent, or s3://bucket/prefix, http://host:port/run',
      )
      .option('--store <location>', 'another word for --out')
      .option('--dry-run', 'print what would be sent to the cluster, and simulate nothing')
      .option('--explain', 'say how each variable reaches the simulator, and simulate nothing'),
  );
}

/** Who watches. */
export function addWatchOptions(command: Command): Command {
  return command
    .option('--json', 'events, and last the answer, as JSON lines on standard output')
    .option('-q, --quiet', 'no progress');
}

/** A step such as `1%` or `10`. @throws SpiceLabError OPTION_INVALID */
export function readStep(text: string | undefined): Quantity | undefined {
  if (text === undefined) return undefined;
  const step = readQuantity(text);
  if (step) return step;
  throw new SpiceLabError('OPTION_INVALID', `"${text}" is not a step`, {
    remedy: 'Give a share such as --step 1%, or an amount.',
  });
}
