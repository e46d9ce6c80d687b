import { createHash } from 'node:crypto';
import type { Backend } from '../../backend.ts';
import { allReload, stepDown } from '../../compile/index.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import { pointCount } from '../../report/axes.ts';
import { type EngineChoice, selfCheck } from '../../run/index.ts';
import type { Store } from '../../store.ts';
import type { SamplerName, Study, Tuning } from '../../study/index.ts';
import { compileFigure } from '../../tune/figures.ts';
import { QUESTION_KEY, type Question, questionSchema, readRecord, writeRecord } from '../../tune/records.ts';
import { type Designed, planAt, spreadDesigns } from './compile-design.ts';
import { checkBeginnings } from './propose.ts';
import type { Suggestions } from './suggestions.ts';

/** Designs of one generation: enough to differ, few enough for some generations within a budget. */
const POPULATION = { least: 8, most: 50, perDimension: 4 };

export interface Founding {
  readonly study: Study;
  readonly tuning: Tuning;
  readonly designed: Designed;
  readonly store: Store;
  readonly backend: Backend;
  readonly engine: EngineChoice;
  readonly suggestions: Suggestions;
}

/** @throws SpiceLabError RUN_UNREADABLE where there is one that cannot be read */
export const readQuestion = (store: Store): Promise<Question | undefined> =>
  readRecord(store, QUESTION_KEY, questionSchema);

/**
 * The question of a search: that which its store holds, or a new one, checked and written there.
 * @throws SpiceLabError RUN_MISMATCH where another search lives there; what is wrong with its figures or its circuit
 */
export async function foundQuestion(founding: Founding): Promise<Question> {
  const { study, tuning, designed, store } = founding;
  const requested = hashOf(study, tuning, designed);
  const existing = await readQuestion(store);
  if (existing) {
    if (existing.requested === requested) return existing;
    throw new SpiceLabError('RUN_MISMATCH', `${store.location} holds a search of another study`, {
      remedy: 'Give another folder with --out, or delete that one; `spicelab show` of it tells what it is.',
    });
  }
  if (await store.has('plan.json'))
    throw new SpiceLabError('RUN_MISMATCH', `${store.location} holds a run, not a search`, {
      remedy: 'Give another folder with --out.',
    });
  for (const figure of [...tuning.objectives, ...tuning.constraints]) compileFigure(figure, designed.plan);
  const chosen = await chooseSampler(founding);
  const checked = await check(founding);
  const { budget: _, sampler: __, ...asked } = tuning;
  const question: Question = questionSchema.parse({
    format: 1,
    requested,
    plan: checked.plan,
    axis: designed.axis,
    columns: designed.columns,
    tuning: asked,
    own: designed.own,
    samples: study.samples,
    sampler: chosen.sampler,
    population: Math.min(
      POPULATION.most,
      Math.max(POPULATION.least, POPULATION.perDimension * tuning.design.length),
    ),
    engine: founding.engine,
    notices: [...designed.notices.map(({ message }) => message), ...checked.notices, ...chosen.notices],
  });
  checkBeginnings(question);
  await writeRecord(store, QUESTION_KEY, question);
  return question;
}

/** A budget may grow, and a sampler be chosen by what is installed: neither makes it another search. */
function hashOf({ samples }: Study, tuning: Tuning, { plan }: Designed): string {
  const { budget: _, sampler, ...asked } = tuning;
  const text = canonicalJson({ plan, asked, sampler: sampler ?? null, samples });
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** The fast way to set variables is compared with the slow one over the whole space, once for all designs. */
async function check({ designed, backend, engine, study }: Founding) {
  const spread = planAt(designed, spreadDesigns(designed.space));
  const { plan, notices } = await selfCheck({
    plan: spread,
    reload: allReload(spread),
    stepDown,
    backend,
    engine,
    wanted: Math.min(study.samples, 16) * pointCount(spread),
  });
  const one = planAt({ ...designed, plan }, [designed.own ?? spreadDesigns(designed.space)[0]!]);
  return { plan: one, notices };
}

/** The one asked for; else Optuna's where it can be had. @throws SpiceLabError where the one asked for cannot be had */
async function chooseSampler({
  tuning,
  designed,
  suggestions,
}: Founding): Promise<{ sampler: SamplerName; notices: string[] }> {
  const wanted = tuning.sampler ?? (tuning.objectives.length > 1 ? 'nsga2' : 'tpe');
  if (wanted === 'random' || wanted === 'sobol') return { sampler: wanted, notices: [] };
  try {
    await suggestions.ask({
      sampler: wanted,
      seed: 0,
      population: 2,
      objectives: tuning.objectives.length,
      dimensions: designed.space.dimensions,
      known: [],
    });
    return { sampler: wanted, notices: [] };
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError) || tuning.sampler !== undefined) throw thrown;
    const what = `designs are Sobol points that learn nothing from one another: ${thrown.message}.`;
    return { sampler: 'sobol', notices: [`${what} ${thrown.remedy ?? ''}`.trim()] };
  }
}
