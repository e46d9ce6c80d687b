import type { ExplainedVariable } from './explained.ts';

/** Variables of one kind that a row tells together. `why` leaves out what `reaches` tells. */
export interface VariableGroup extends Omit<ExplainedVariable, 'sigma'> {
  readonly count: number;
  readonly sigma?: { readonly least: number; readonly most: number } | undefined;
}

/** As many variables as a reader looks at one by one. */
const MOST_SINGLE = 30;

/**
 * A row per variable; where they are many, those that differ by the instance alone in one row, as `*.mis_vth`, in the order
 * of their first.
 */
export function groupsOf(variables: readonly ExplainedVariable[]): VariableGroup[] {
  if (variables.length <= MOST_SINGLE) return variables.map((variable) => groupOf(variable.name, [variable]));
  const groups = new Map<string, ExplainedVariable[]>();
  for (const variable of variables) {
    const { kind, class: of, distribution, rung } = variable;
    const key = JSON.stringify([
      lastName(variable.name),
      kind,
      of,
      distribution?.kind,
      rung,
      reason(variable),
    ]);
    groups.set(key, [...(groups.get(key) ?? []), variable]);
  }
  return [...groups.values()].map((members) => {
    const { name } = members[0]!;
    return groupOf(members.length === 1 ? name : `*.${lastName(name)}`, members);
  });
}

/** `xm1.mis_vth#2` is another draw of `mis_vth`; what stands in brackets belongs to the name. */
const lastName = (name: string): string => name.replace(/#\d+$/, '').replace(/^.*\.(?=[^.\]]+(?:\[|$))/, '');

function groupOf(name: string, members: readonly ExplainedVariable[]): VariableGroup {
  const first = members[0]!;
  const sigmas = members.flatMap(({ sigma }) => (sigma === undefined ? [] : [sigma]));
  const same = members.every(({ nominal }) => nominal === first.nominal);
  return {
    ...first,
    name,
    count: members.length,
    why: reason(first),
    nominal: same ? first.nominal : undefined,
    sigma: sigmas.length > 0 ? rangeOf(sigmas) : undefined,
    reaches: [...new Set(members.flatMap(({ reaches }) => reaches))],
  };
}

/** `alter on xm1.m0[delvto]` is `alter` beside `xm1.m0[delvto]`. */
const reason = ({ why, reaches }: ExplainedVariable): string =>
  reaches.length > 0 ? why.replace(/^((?:alter|altermod)(?: and \w+)*) on [^;]*$/, '$1') : why;

const rangeOf = (values: readonly number[]) => ({
  least: values.reduce((a, b) => Math.min(a, b)),
  most: values.reduce((a, b) => Math.max(a, b)),
});
