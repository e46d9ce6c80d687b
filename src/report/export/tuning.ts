import type { TuneAnswer } from '../../tune/answer.ts';
import type { ExportColumn, ExportTable } from './table.ts';

/** One row per design of a search: `design`, its variables, its figures, how many samples they are from, and whether it will do. */
export function tuneTable({ design, objectives, constraints, trials }: TuneAnswer): ExportTable {
  const number = ({ name }: { readonly name: string }): ExportColumn => ({ name, kind: 'number' });
  const columns: ExportColumn[] = [
    { name: 'design', kind: 'integer' },
    ...[...design, ...objectives, ...constraints].map(number),
    { name: 'samples', kind: 'integer' },
    { name: 'failed', kind: 'integer' },
    { name: 'feasible', kind: 'text' },
    { name: 'origin', kind: 'text' },
  ];
  const column = (of: (trial: TuneAnswer['trials'][number]) => number) => Float64Array.from(trials, of);
  async function* batches() {
    yield [
      column(({ trial }) => trial),
      ...design.map((_, k) => column((trial) => trial.design[k]!)),
      ...objectives.map((_, k) => column((trial) => trial.objectives[k]!)),
      ...constraints.map((_, k) => column((trial) => trial.constraints[k]!)),
      column(({ samples }) => samples),
      column(({ failed }) => failed),
      trials.map(({ feasible }) => (feasible ? 'yes' : 'no')),
      trials.map(({ origin }) => origin as string),
    ];
  }
  return { columns, batches: batches() };
}
