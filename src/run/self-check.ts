import type { Backend } from '../backend.ts';
import { SpiceLabError } from '../errors/index.ts';
import { planDocument } from '../plan/identity.ts';
import type { Plan } from '../plan/schema.ts';
import { type Difference, differenceOf } from './compare-rows.ts';
import { pickSamples } from './pick-samples.ts';
import type { CheckedPlan, EngineChoice } from './run-options.ts';
import { simulateSamples } from './simulate-samples.ts';

export interface SelfCheckOptions {
  /** The plan as compiled, with its direct assignments. */
  readonly plan: Plan;
  /** The same plan with every variable on the reload rung: slow, and right. */
  readonly reload: Plan;
  /** The plan with some variables (by name) moved from the direct rung to the reload rung. */
  readonly stepDown: (plan: Plan, names: readonly string[]) => Plan;
  readonly backend: Backend;
  readonly engine: EngineChoice;
  /** Samples of the run: the checked ones are taken from these. */
  readonly wanted: number;
}

/** What is wrong with a plan: another figure, or a target that a loaded circuit does not have. */
type Wrong = Difference | { readonly refusal: string };

interface Comparison {
  readonly exact: boolean;
  readonly worst: Wrong | undefined;
}

/** Plans that are tried, at most, while the variables at fault are sought; then all that are left count as at fault. */
const MOST_TRIALS = 40;

/**
 * Simulates a few samples, far apart from each other, on the direct rung and on the reload rung, and compares every
 * measurement (relative 1e-6). Where they differ, or the direct rung cannot be told, the variables at fault are found by halving and stepped down.
 * @returns the plan to use, and what to tell the user
 * @throws SpiceLabError where the plan does not load, or the backend cannot simulate at all
 */
export async function selfCheck(options: SelfCheckOptions): Promise<CheckedPlan> {
  const { plan, reload, stepDown, backend, engine } = options;
  const direct = directVariables(plan);
  const nothingToCheck = { plan, samples: 0, exact: true, steppedDown: [], notices: [] };
  if (direct.length === 0 || planDocument(plan).id === planDocument(reload).id) return nothingToCheck;
  const samples = pickSamples(plan, options.wanted);
  if (samples.length === 0) return nothingToCheck;

  const simulate = (tried: Plan) => simulateSamples(backend, engine, tried, samples);
  const slow = await simulate(reload);
  if (slow.size === 0)
    return {
      ...nothingToCheck,
      notices: ['The fast way to set the variables could not be checked: no sample came back the slow way.'],
    };
  const compare = async (tried: Plan): Promise<Comparison> => {
    try {
      return differenceOf(plan, slow, await simulate(tried));
    } catch (thrown) {
      if (!(thrown instanceof SpiceLabError) || thrown.code !== 'TARGET_UNKNOWN') throw thrown;
      return { exact: false, worst: { refusal: thrown.message } };
    }
  };
  const found = await compare(plan);
  const checked = { samples: slow.size, exact: found.exact };
  if (!found.worst) return { ...nothingToCheck, ...checked };

  const isWrong = async (names: readonly string[]): Promise<boolean> => {
    const others = direct.filter((name) => !names.includes(name));
    return (await compare(stepDown(plan, others))).worst !== undefined;
  };
  const guilty = await findGuilty(direct, isWrong);
  const stepped = stepDown(plan, guilty);
  const again = await compare(stepped);
  if (!again.worst)
    return {
      plan: stepped,
      ...checked,
      exact: again.exact,
      steppedDown: guilty,
      notices: [noticeOf(guilty, found.worst)],
    };
  return {
    plan: reload,
    ...checked,
    exact: true,
    steppedDown: direct,
    notices: [noticeOf(direct, found.worst)],
  };
}

/** Names of the variables that a direct assignment reads. */
function directVariables(plan: Plan): string[] {
  const indices = new Set<number>();
  for (const { value } of plan.assignments)
    for (const [, index] of value.matchAll(/\$(\d+)/g)) indices.add(Number(index));
  return [...indices].sort((a, b) => a - b).map((index) => plan.variables[index]!.name);
}

/** The names that are wrong by themselves; where only their company is wrong, all of that company. */
async function findGuilty(
  all: readonly string[],
  isWrong: (names: readonly string[]) => Promise<boolean>,
): Promise<string[]> {
  let trials = 0;
  const search = async (names: readonly string[]): Promise<string[]> => {
    if (names.length === 1 || trials >= MOST_TRIALS) return [...names];
    const middle = names.length >> 1;
    const guilty: string[] = [];
    for (const half of [names.slice(0, middle), names.slice(middle)]) {
      trials++;
      if (await isWrong(half)) guilty.push(...(await search(half)));
    }
    return guilty.length > 0 ? guilty : [...names];
  };
  return search(all);
}

function noticeOf(names: readonly string[], difference: Wrong): string {
  const shown =
    names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
  const anew = `${shown}: set by loading the circuit anew for every sample, because`;
  if ('refusal' in difference) return `${anew} ${difference.refusal}. This is slower; the figures are right.`;
  const { sample, measurement, fast, slow } = difference;
  return (
    `${anew} changing the loaded circuit gave another ${measurement} ` +
    `(${fast} instead of ${slow} in sample ${sample}). This is slower; the figures are right.`
  );
}
