import type { Compiled } from '../compile/index.ts';
import { formatNumber } from '../expression/index.ts';
import { planDocument } from '../plan/index.ts';
import { textTable } from './table.ts';

/** How each variable reaches the simulator, what is simulated and measured; nothing is run. */
export function explanation({ plan, warnings, explanation: variables }: Compiled): string {
  const document = planDocument(plan);
  const nominals = new Map(
    plan.variables.map(({ name, nominal, unit, labels }) => [
      name,
      labels ? '' : formatNumber(nominal, unit),
    ]),
  );
  const rows = variables.map(({ variable, kind, rung, why }) => [
    variable,
    kind,
    nominals.get(variable) ?? '',
    rung,
    why,
  ]);
  const measured = plan.measurements.map(({ name, unit, source }) => [
    name,
    unit,
    source.kind === 'scalars' ? '' : source.analysis,
    source.kind === 'meas' ? `.meas ${source.command}` : source.expression,
  ]);
  const sections = [
    `${plan.title}\nplan ${document.id}, ${document.bytes.length} bytes, ${plan.circuits.length} circuit${plan.circuits.length === 1 ? '' : 's'}\n`,
    rows.length > 0 ? textTable(['variable', 'kind', 'nominal', 'rung', 'why'], rows) : 'nothing varies\n',
    `analyses: ${plan.analyses.map(({ command }) => command).join('; ')}\n`,
    textTable(['measurement', 'unit', 'analysis', 'how'], measured),
    ...(plan.specs.length > 0 ? [`specs: ${plan.specs.map(({ name }) => name).join('; ')}\n`] : []),
    ...(warnings.length > 0
      ? [
          `${warnings.map(({ message, place }) => `note ${place ? `${place.file}:${place.line ?? 1}: ` : ''}${message}`).join('\n')}\n`,
        ]
      : []),
  ];
  return sections.join('\n');
}
