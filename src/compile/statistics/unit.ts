import { tellingOf } from '../alterable.ts';
import { bind } from '../fold.ts';
import type { Source } from './sources.ts';
import type { Surveyed } from './statistics.ts';

/** The unit of a parameter of the circuit that is the draw itself; '' where there is none. */
export function unitOf({ survey, constants }: Surveyed, source: Source): string {
  for (const { draw, reaches } of source.draws) {
    for (const { residual } of reaches) {
      const value = bind(residual.value, constants);
      if (value.kind !== 'variable' || value.index !== draw.index) continue;
      const telling = tellingOf(residual, 0, survey.values.cardsOf);
      if ('unit' in telling && telling.unit !== '') return telling.unit;
    }
  }
  return '';
}
