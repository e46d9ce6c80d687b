import { type Pace, sharedAssignments } from './pace.ts';
import type { ResidualAssignment } from './residual-assignments.ts';
import { type Setting, type Settings, settingVariables } from './settings.ts';
import type { DrawVariable } from './statistics/variables.ts';
import type { Explanation, Rung } from './types.ts';

export interface ToExplain {
  readonly settings: Settings;
  readonly draws: readonly DrawVariable[];
  readonly residuals: readonly ResidualAssignment[];
  readonly pace: Pace;
}

/** How each variable gets into the circuit, and why so. */
export function explainVariables({ settings, draws, residuals, pace }: ToExplain): Explanation[] {
  const byVariable = new Map<number, ResidualAssignment[]>();
  for (const residual of residuals) {
    for (const variable of residual.variables) {
      byVariable.set(variable, [...(byVariable.get(variable) ?? []), residual]);
    }
  }
  const name = (variable: number) => settings.variables[variable]!.name;
  const reached = (variable: number) => byVariable.get(variable) ?? [];
  const ofSettings = settings.all().flatMap((setting) => {
    const { matches, passedOver } = setting;
    const { kind, opens } = matches[0]!;
    const instead = passedOver.length > 0 ? ` (taken before ${passedOver.join(' and ')})` : '';
    return settingVariables(setting).map((variable): Explanation => {
      const { rung, why } = opens ? openRung(variable, pace, reached(variable)) : ownRung(setting);
      const labels = opens ? reached(variable).map(({ label }) => label) : undefined;
      return { variable: name(variable), kind, rung, why: `${why}${instead}`, reaches: labels };
    });
  });
  const ofDraws = draws.map(({ variable, class: drawn }): Explanation => {
    const found = reached(variable);
    return {
      variable: name(variable),
      kind: 'draw',
      ...openRung(variable, pace, found),
      class: drawn,
      reaches: found.map(({ label }) => label),
    };
  });
  const ofCorners = settings.variables.flatMap(({ name: variable, labels }): Explanation[] =>
    labels ? [{ variable, kind: 'corner', rung: 'reload', why: 'chooses the circuit and its values' }] : [],
  );
  return [...ofSettings, ...ofDraws, ...ofCorners];
}

interface Told {
  readonly rung: Rung;
  readonly why: string;
}

/** Of a parameter of a device or a model. */
function ownRung(setting: Setting): Told {
  const direct = sharedAssignments(setting);
  const match = setting.matches[0]!;
  const differs = direct.length === 0 && match.assignments.length > 0;
  const why = differs ? 'it is called differently in the circuits of the corners' : match.why;
  return { rung: direct.length === 0 ? 'reload' : 'direct', why };
}

/** Of what the circuit's parameters are computed from. */
function openRung(variable: number, { slow, way }: Pace, residuals: readonly ResidualAssignment[]): Told {
  const why = slow.get(variable);
  if (why === undefined) return { rung: 'direct', why: alters(residuals) };
  return way === 'reset'
    ? { rung: 'reset', why: /^alterparam/.test(why) ? why : `${why}: alterparam and one reset` }
    : { rung: 'reload', why: /anew/.test(why) ? why : `${why}: the deck is loaded anew for every sample` };
}

const MOST_NAMED = 3;

function alters(residuals: readonly ResidualAssignment[]): string {
  if (residuals.length === 0) return 'it reaches no device: nothing has to be told';
  const labels = residuals.map(({ label }) => label);
  const more = labels.length - MOST_NAMED;
  const named = labels.slice(0, MOST_NAMED).join(', ');
  const verbs = new Set(residuals.map(({ assignment }) => assignment?.kind ?? 'alter'));
  return `${[...verbs].sort().join(' and ')} on ${named}${more > 0 ? ` and ${more} more` : ''}`;
}
