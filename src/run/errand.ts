import { SpiceLabError } from '../errors/index.ts';
import type { Plan } from '../plan/schema.ts';
import type { OpenedRun } from './open-run.ts';
import type { StoppingRule } from './rule.ts';
import type { SessionOptions } from './run-options.ts';

/** What a session is to do, every default filled in. */
export interface Errand {
  readonly run: OpenedRun;
  readonly wanted: number;
  readonly chunk: number | undefined;
  readonly until: StoppingRule | undefined;
  readonly confidence: number;
  readonly mixEngines: boolean;
  /** What to tell the user at the start. */
  readonly notices: readonly string[];
}

/** @throws SpiceLabError OPTION_INVALID for numbers that no run can have */
export function checkNumbers({ wanted, chunk, confidence }: Errand): void {
  const refuse = (what: string, value: number, remedy: string): never => {
    throw new SpiceLabError('OPTION_INVALID', `${value} is no ${what}`, { remedy });
  };
  if (!Number.isSafeInteger(wanted) || wanted < 0)
    refuse('number of samples', wanted, 'Give a whole number, such as -n 1000.');
  if (chunk !== undefined && (!Number.isSafeInteger(chunk) || chunk < 1))
    refuse('number of samples per chunk', chunk, 'Give a whole number from 1 on, or leave --chunk out.');
  if (!(confidence > 0 && confidence < 1))
    refuse('confidence', confidence, 'Give a number between 0 and 1, such as 0.95.');
}

/** @throws SpiceLabError OPTION_INVALID where nobody would go on, or somebody has to look on */
export function checkDetach({ detach, backend }: SessionOptions, until: StoppingRule | undefined): void {
  if (!detach) return;
  if (!backend.capabilities.detachable)
    throw new SpiceLabError('OPTION_INVALID', `workers of ${backend.name} end with this command`, {
      remedy:
        'Leave --detach out, or run --on a backend whose jobs go on, such as k8s or ray:http://head:8265.',
    });
  if (until)
    throw new SpiceLabError('OPTION_INVALID', `"${until.text}" wants somebody who looks when it is enough`, {
      remedy: 'Leave --detach or --until out.',
    });
}

/** @throws SpiceLabError OPTION_INVALID where a rule has nothing to be uncertain about */
export function checkRule(plan: Plan, rule: StoppingRule, points: number): void {
  if (!plan.variables.some((variable) => variable.source.kind === 'random'))
    throw new SpiceLabError(
      'OPTION_INVALID',
      `"${rule.text}" cannot stop this run: none of its variables is random, so every sample is needed`,
      { remedy: 'Leave --until out.' },
    );
  if (rule.kind === 'sigma' && points > 1)
    throw new SpiceLabError(
      'OPTION_INVALID',
      `"${rule.text}" cannot stop this run: over ${points} points of a sweep there is no one sigma`,
      { remedy: 'Use a rule on a yield or a mean, or run one point by itself.' },
    );
}
