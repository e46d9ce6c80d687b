import { SpiceLabError } from '../errors/index.ts';
import { parseExpression } from '../expression/index.ts';
import type { Analysis, WaveformRequest } from '../plan/index.ts';
import { canonicalVector } from '../waveform/index.ts';
import { analysisNamed } from './measurement-list.ts';
import type { VectorNames } from './vectors.ts';

/**
 * Vectors to keep, such as `v(out)` (of every analysis with a curve) or `ac:v(out)`.
 * @throws SpiceLabError MEASUREMENT_INVALID for an unknown node or analysis
 */
export function compileWaveforms(
  save: readonly string[],
  analyses: readonly Analysis[],
  vectors: VectorNames,
): WaveformRequest[] {
  const requests = new Map<string, string[]>();
  for (const text of save) {
    const [, named, written = text.trim()] = /^\s*([a-z]+\d*)\s*:\s*(.*?)\s*$/i.exec(text) ?? [];
    const parsed = parseExpression(written);
    if (parsed.kind !== 'vector' && parsed.kind !== 'name') {
      throw new SpiceLabError('MEASUREMENT_INVALID', `"${text}" is not one vector of the simulation`, {
        remedy: 'Save vectors such as v(out), i(v1) or @m1[gm].',
      });
    }
    const vector = vectors.spellOne(canonicalVector(parsed.name));
    for (const analysis of named ? [analysisNamed(named, analyses, vector)] : withCurves(analyses)) {
      const wanted = requests.get(analysis.name) ?? [];
      if (!wanted.includes(vector)) requests.set(analysis.name, [...wanted, vector]);
      if (!analysis.vectors.includes(vector)) analysis.vectors.push(vector);
    }
  }
  return [...requests].map(([analysis, wanted]) => ({ analysis, vectors: wanted }));
}

/** An operating point is one number per vector: kept only where there is nothing else. */
function withCurves(analyses: readonly Analysis[]): readonly Analysis[] {
  const curves = analyses.filter(({ kind }) => kind !== 'op' && kind !== 'tf');
  return curves.length > 0 ? curves : analyses;
}
