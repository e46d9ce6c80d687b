import { isAbsolute, join } from 'node:path';
import { SpiceLabError } from '../errors/index.ts';
import { readNumber } from '../expression/index.ts';
import { placed, type StudyContext } from './context.ts';
import { readCorners } from './corner.ts';
import { readCorrelations } from './correlation.ts';
import { parseDistribution, readDistribution } from './distribution.ts';
import { type DistributionObject, KEYS_UNDER, type StudyInput } from './input.ts';
import { parseMeasure, readMeasure } from './measure.ts';
import { readSave } from './save.ts';
import type { DistributionSpec, MeasureSpec, SpecSpec, Study, Vary } from './schema.ts';
import { parseLimits, parseSpec } from './spec.ts';
import { choosesDraws, readStatistics, withDefault } from './statistics.ts';
import { readSweep } from './sweep.ts';
import { type FormArgument, needNumber, shorten, splitAssignment, suggestion } from './text.ts';
import { readTuning } from './tuning.ts';
import { validateInput } from './validate.ts';

const METHODS = ['random', 'sobol', 'lhs'] as const;
const ANALYSES = ['op', 'dc', 'ac', 'tran', 'noise', 'tf'];
const DEFAULT_SAMPLES = 1000;
/** Of a design that is worth them: a power of the factor by which good designs get more. */
const TUNED_SAMPLES = 1024;
const DEFAULT_REPLICATES = 16;
/** At least so many, each a power of two long: fewer samples are shared out there. */
const HIGH_SIGMA_REPLICATES = 10;
/** Sobol points are numbered by 32 bits per replicate and samples by doubles. */
const MOST_SAMPLES = 2 ** 48;

/**
 * The study that a file, a module or flags describe, every short form read.
 * @throws SpiceLabError STUDY_INVALID, DISTRIBUTION_INVALID, CORRELATION_INVALID, MEASUREMENT_INVALID, SPEC_INVALID or
 * FILE_FAILED, with file and line where the context knows them
 */
export function readStudy(input: unknown, context: StudyContext): Study {
  const valid = validateInput(input, context);
  const vary = readVary(valid.vary, context);
  const sweep = readSweep(valid.sweep, valid.zip, context);
  checkApart(
    vary,
    sweep.flatMap((axis) => axis.columns.map((column) => column.target)),
  );
  const statistics = readStatistics(valid, context);
  const random = vary.length > 0 || (statistics.vary.length > 0 && !statistics.vary.includes('none'));
  const highSigma = placed(context, ['highSigma'], () => readHighSigma(valid.highSigma));
  const method = readMethod(valid.sampling ?? (highSigma === undefined ? undefined : 'sobol'), context);
  const replicates = highSigma === undefined ? DEFAULT_REPLICATES : HIGH_SIGMA_REPLICATES;
  const whole = (key: 'samples' | 'seed' | 'replicates', least: number, otherwise: number) =>
    placed(context, [key], () => readWhole(key, valid[key], least, otherwise));
  const tuning = readTuning(valid, context);
  const samples = whole('samples', 1, random ? (tuning ? TUNED_SAMPLES : DEFAULT_SAMPLES) : 1);
  return {
    title: valid.title,
    deck: readDeck(valid.deck, context),
    vary,
    statistics: withDefault(statistics, random || samples > 1),
    correlations: placed(context, ['correlate'], () => readCorrelations(valid.correlate, context)),
    sweep,
    corners: placed(context, ['corners'], () => readCorners(valid.corners, context)),
    points: undefined,
    analyses: listOf(valid.analyses).map((analysis, i) =>
      placed(context, ['analyses', i], () => readAnalysis(analysis)),
    ),
    measure: placed(context, ['measure'], () => readMeasures(valid.measure, context)),
    specs: placed(context, ['specs'], () => readSpecs(valid.specs, context)),
    save: listOf(valid.save).flatMap(readSave),
    sampling: {
      method,
      seed: whole('seed', 0, 1),
      replicates: whole('replicates', 1, method === 'random' ? 1 : replicates),
    },
    samples,
    highSigma,
    trustDeck: valid.trustDeck ?? false,
    tuning,
  };
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

function readDeck(deck: StudyInput['deck'], { folder }: StudyContext): Study['deck'] {
  const inside = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  if (typeof deck === 'string') return { path: inside(deck) };
  return { text: deck.text, folder: inside(deck.folder ?? '.') };
}

function readVary(input: StudyInput['vary'], context: StudyContext): Vary[] {
  const vary = Array.isArray(input)
    ? input.flatMap((text, i) =>
        choosesDraws(text) ? [] : [placed(context, ['vary', i], () => parseVary(text, context))],
      )
    : Object.entries(input ?? {}).map(([target, body]) =>
        placed(context, ['vary', target], () => ({
          target: needTarget(target),
          distribution: readBody(body, context),
        })),
      );
  const seen = new Set<string>();
  for (const { target } of vary) {
    if (seen.has(target.toLowerCase()))
      throw new SpiceLabError('STUDY_INVALID', `${target} is varied twice`, {
        place: context.placeOf?.(['vary']),
        remedy: 'Keep one of the two.',
      });
    seen.add(target.toLowerCase());
  }
  return vary;
}

/** `R1=normal(1k,1%)`. */
function parseVary(text: string, context: StudyContext): Vary {
  const assignment = splitAssignment(text)!;
  return {
    target: needTarget(assignment.target),
    distribution: parseDistribution(assignment.value, context),
  };
}

function needTarget(target: string): string {
  const trimmed = target.trim();
  if (trimmed !== '' && !/[\s="']/.test(trimmed)) return trimmed;
  throw new SpiceLabError('STUDY_INVALID', `"${shorten(target)}" is no target`, {
    remedy: 'Name a parameter, an instance or one of its parameters: rload, R1, M1[w], *.m0[delvto].',
  });
}

function readBody(body: string | DistributionObject, context: StudyContext): DistributionSpec {
  if (typeof body === 'string') return parseDistribution(body, context);
  const { distribution, values, weights, ...rest } = body;
  const args: FormArgument[] = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, text: String(value) }],
  );
  for (const [i, value] of (values ?? []).entries())
    args.push({ text: weights ? `${value}:${weights[i] ?? ''}` : String(value) });
  return readDistribution({ name: distribution.trim().toLowerCase(), args }, context);
}

function checkApart(vary: readonly Vary[], swept: readonly string[]): void {
  const varied = new Set(vary.map(({ target }) => target.toLowerCase()));
  for (const target of swept)
    if (varied.has(target.toLowerCase()))
      throw new SpiceLabError('STUDY_INVALID', `${target} is both varied and swept`, {
        remedy: 'Leave out one of the two.',
      });
}

function readMethod(text: string | undefined, context: StudyContext): Study['sampling']['method'] {
  const wanted = text?.trim().toLowerCase() ?? 'random';
  const method = METHODS.find((name) => name === wanted);
  if (method) return method;
  throw new SpiceLabError('STUDY_INVALID', `there is no sampling "${shorten(wanted)}"`, {
    place: context.placeOf?.(['sampling']),
    remedy: suggestion(wanted, METHODS, `Known are ${METHODS.join(', ')}.`),
  });
}

/** From 1, where plain sampling is better, to 8, where doubles and models end. */
function readHighSigma(value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const level = typeof value === 'number' ? value : readNumber(value)?.value;
  if (level !== undefined && level >= 1 && level <= 8) return level;
  throw new SpiceLabError('STUDY_INVALID', `"${shorten(String(value))}" is no sigma level`, {
    remedy: 'Give one from 1 to 8, such as 5.',
  });
}

function readWhole(
  key: string,
  value: string | number | undefined,
  least: number,
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  const number = typeof value === 'number' ? value : readNumber(value)?.value;
  const most = key === 'seed' ? Number.MAX_SAFE_INTEGER : MOST_SAMPLES;
  if (number !== undefined && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new SpiceLabError('STUDY_INVALID', `${key} is ${shorten(String(value))}`, {
    remedy: `Give ${key} a whole number of at least ${least}, such as ${key === 'samples' ? '10k' : least + 1}.`,
  });
}

function readAnalysis(text: string): string {
  const command = text.trim().replace(/^\./, '').replace(/\s+/g, ' ');
  const kind = command.split(' ')[0]!.toLowerCase();
  if (ANALYSES.includes(kind)) return command;
  throw new SpiceLabError('STUDY_INVALID', `"${shorten(text)}" is no analysis`, {
    remedy: suggestion(kind, ANALYSES, 'Write one such as op, ac dec 10 1 1meg or tran 1n 10u.'),
  });
}

function readMeasures(input: StudyInput['measure'], context: StudyContext): MeasureSpec[] {
  const measures = Array.isArray(input)
    ? input.map((text, i) => placed(context, ['measure', i], () => parseMeasure(text)))
    : Object.entries(input ?? {}).map(([name, body]) =>
        placed(context, ['measure', name], () =>
          typeof body === 'string' ? parseMeasure(`${name}=${body}`) : readMeasure({ name, ...body }),
        ),
      );
  const seen = new Set<string>();
  for (const { name } of measures) {
    if (seen.has(name.toLowerCase()))
      throw new SpiceLabError('MEASUREMENT_INVALID', `two measurements are named ${name}`, {
        remedy: 'Give one of them another name.',
      });
    seen.add(name.toLowerCase());
  }
  return measures;
}

function readSpecs(input: StudyInput['specs'], context: StudyContext): SpecSpec[] {
  if (Array.isArray(input))
    return input.map((text, i) => placed(context, ['specs', i], () => parseSpec(text)));
  return Object.entries(input ?? {}).map(([expression, body]) =>
    placed(context, ['specs', expression], () => {
      if (typeof body === 'string') {
        const limits = parseLimits(expression, body);
        return { name: `${expression} ${body.trim()}`, ...limits };
      }
      const bound = (key: 'low' | 'high') =>
        body[key] === undefined
          ? undefined
          : needNumber(
              String(body[key]),
              `${key} of ${expression}`,
              'SPEC_INVALID',
              'Write a number such as 1.4k.',
            );
      const [low, high] = [bound('low'), bound('high')];
      if (low === undefined && high === undefined)
        throw new SpiceLabError('SPEC_INVALID', `the spec of ${expression} has no limit`, {
          remedy: `Give it one of ${KEYS_UNDER['specs']!.slice(0, 2).join(' and ')}.`,
        });
      return { name: body.name ?? expression, expression, low, high };
    }),
  );
}
