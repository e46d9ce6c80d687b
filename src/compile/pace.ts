import type { OpenAssignment } from './match.ts';
import type { ResidualAssignment } from './residual-assignments.ts';
import { type Setting, type Settings, settingVariables } from './settings.ts';

/** Which variables a loaded simulator cannot be told, and how their values get into the circuit instead. */
export interface Pace {
  /** Why, by variable. */
  readonly slow: ReadonlyMap<number, string>;
  /** `reset`: told as parameters of the circuit, which is then expanded anew; `reload`: written into its text. */
  readonly way: 'reset' | 'reload';
}

export interface PaceInput {
  readonly settings: Settings;
  readonly residuals: readonly ResidualAssignment[];
  /** Variables that are draws of the deck. */
  readonly draws: readonly number[];
  /** Whether the parameters that carry draws have the same names in every circuit, and a reset repeats all of the load. */
  readonly resettable: boolean;
}

export function paceOf({ settings, residuals, draws, resettable }: PaceInput): Pace {
  const slow = new Map<number, string>();
  const reached = new Set<number>();
  for (const { variables, against } of residuals) {
    for (const variable of variables) {
      reached.add(variable);
      if (against !== undefined && !slow.has(variable)) slow.set(variable, against);
    }
  }
  const all = settings.all();
  for (const setting of all) {
    const { opens, why } = setting.matches[0]!;
    if (!opens || 'draws' in opens) continue;
    // what is read by no parameter of a device is read by something else
    for (const variable of settingVariables(setting))
      if (!reached.has(variable) && !slow.has(variable)) slow.set(variable, why);
  }
  const isSlow = (setting: Setting) => settingVariables(setting).some((variable) => slow.has(variable));
  const reloads = all.some((setting) => {
    const opens = setting.matches[0]!.opens;
    if (!opens) return sharedAssignments(setting).length === 0;
    return !('draws' in opens) && isSlow(setting) && sharedAssignments(setting).length === 0;
  });
  const drawsSlow =
    draws.some((variable) => slow.has(variable)) ||
    all.some((setting) => 'draws' in (setting.matches[0]!.opens ?? {}) && isSlow(setting));
  return { slow, way: reloads || (drawsSlow && !resettable) ? 'reload' : 'reset' };
}

/** Assignments only where they are the same in every circuit, because a plan has one list of them. */
export function sharedAssignments(setting: Setting): readonly OpenAssignment[] {
  const [first, ...others] = setting.matches.map(({ assignments }) => assignments);
  const text = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === text) ? first! : [];
}
