import { compileStudy, type Notice } from '../../compile/index.ts';
import { SpiceLabError } from '../../errors/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { DesignVariable, MeasureSpec, Study, Tuning } from '../../study/index.ts';
import { Space } from '../../tune/space.ts';

/** Name of the axis that a plan has its design on. */
const AXIS = 'design';
/** Designs, spread over the space, at which the compiled circuit is checked against the loaded one. */
const CHECKED = 16;

/** An optimisation compiled once for all its designs. */
export interface Designed {
  /** With one design on its axis, a point in the middle of the space. */
  readonly plan: Plan;
  readonly axis: number;
  /** Per column of that axis the design variable that sets it. */
  readonly columns: readonly number[];
  readonly space: Space;
  /** The deck's own design, where it tells every value and targets of one variable agree. */
  readonly own: readonly number[] | undefined;
  readonly notices: readonly Notice[];
}

/**
 * The study's plan with its design variables on an axis of their own: a design is then one position of it, and no design
 * needs another circuit or another load.
 * @throws SpiceLabError as `compileStudy`
 */
export async function compileDesign(study: Study, tuning: Tuning): Promise<Designed> {
  const design = await expandWildcards(study, tuning.design);
  const space = new Space(design);
  const { plan, warnings } = await compileStudy(designStudy(study, { ...tuning, design }));
  const axis = plan.axes.findIndex(({ name }) => name === AXIS);
  const columns = design.flatMap(({ targets }, index) => targets.map(() => index));
  const { own, notice } = ownDesign(plan, axis, columns, design, space);
  return { plan, axis, columns, space, own, notices: notice ? [...warnings, { message: notice }] : warnings };
}

/** The study at one design, a point in the middle of the space, with everything measured that figures read. */
export function designStudy(study: Study, tuning: Tuning): Study {
  const space = new Space(tuning.design);
  const middle = space.valuesAt(space.fill('sobol', 1)(0));
  const targets = tuning.design.flatMap((variable, index) =>
    variable.targets.map((target) => ({ target, index })),
  );
  return {
    ...study,
    measure: [...study.measure, ...measuredFor(study, tuning)],
    points: {
      name: AXIS,
      targets: targets.map(({ target }) => target),
      points: [targets.map(({ index }) => ({ at: middle[index]! }))],
    },
  };
}

/** The plan at some designs: sample i is of design (i mod their number), where there is no other axis. */
export function planAt(
  { plan, axis, columns }: Pick<Designed, 'plan' | 'axis' | 'columns'>,
  designs: readonly (readonly number[])[],
): Plan {
  return {
    ...plan,
    axes: plan.axes.map((each, a) =>
      a === axis
        ? {
            ...each,
            length: designs.length,
            columns: each.columns.map((column, c) => ({
              ...column,
              values: designs.map((values) => values[columns[c]!]!),
            })),
          }
        : each,
    ),
  };
}

/** Designs spread over the space, for checks. */
export function spreadDesigns(space: Space): number[][] {
  const point = space.fill('sobol', 1);
  return Array.from({ length: CHECKED }, (_, i) => space.valuesAt(point(i)));
}

/** What figures read besides measurements that the study names. */
function measuredFor(study: Study, { objectives, constraints }: Tuning): MeasureSpec[] {
  const named = new Set(study.measure.map(({ name }) => name.toLowerCase().replace(/\s+/g, '')));
  const expressions = [...objectives, ...constraints].flatMap(({ statistics }) =>
    statistics.flatMap((statistic) => (statistic.kind === 'yield' ? [] : statistic.of)),
  );
  const wanted = expressions.filter(
    (text) => !/^[a-z_][\w.]*$/i.test(text) && !named.has(text.toLowerCase()),
  );
  return [...new Set(wanted)].map((text) => ({ name: text, expression: text }));
}

/** Every match of a wildcard as a target by its own name. */
async function expandWildcards(study: Study, design: readonly DesignVariable[]): Promise<DesignVariable[]> {
  const expanded: DesignVariable[] = [];
  for (const variable of design) {
    const targets: string[] = [];
    for (const target of variable.targets) {
      if (!/[*?]/.test(target)) targets.push(target);
      else {
        const points = {
          name: AXIS,
          targets: [target],
          points: [[{ at: new Space([variable]).valuesAt([0])[0]! }]],
        };
        const { plan } = await compileStudy({ ...study, points, measure: [], specs: [] });
        const { columns } = plan.axes.find(({ name }) => name === AXIS)!;
        targets.push(...columns.map((column) => plan.variables[column.variable]!.name));
      }
    }
    expanded.push({ ...variable, targets });
  }
  return expanded;
}

function ownDesign(
  plan: Plan,
  axis: number,
  columns: readonly number[],
  design: readonly DesignVariable[],
  space: Space,
): { own?: readonly number[]; notice?: string } {
  const nominal = plan.axes[axis]!.columns.map(({ variable }) => plan.variables[variable]!.nominal);
  const own = design.map((_, index) => nominal[columns.indexOf(index)]!);
  const uneven = design.find((_, index) =>
    columns.some((of, c) => of === index && nominal[c] !== own[index]),
  );
  if (uneven)
    return {
      notice: `the deck gives ${uneven.targets.join(' and ')} different values, so its own design is not among those tried`,
    };
  try {
    return { own: space.valuesAt(space.pointOf(own)) };
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError)) throw thrown;
    return { notice: `the deck's own design is not among those tried: ${thrown.message}` };
  }
}
