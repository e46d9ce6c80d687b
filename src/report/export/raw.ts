import type { Plan } from '../../plan/schema.ts';
import type { Results, ResultWaveform } from '../../run/results.ts';
import { rawOfPlot, type Vector, writeRaw } from '../../waveform/index.ts';

/** Saved waveforms as an ngspice raw file: a plot per sample and analysis, its title naming the sample. */
export async function* rawWaveforms(results: Results): AsyncIterable<Uint8Array> {
  for await (const waveform of results.waveforms()) {
    const kind = results.plan.analyses.find(({ name }) => name === waveform.analysis)?.kind;
    if (!kind) continue;
    const plot = { kind, scale: waveform.names[0] ?? '', vectors: vectorsOf(waveform) };
    yield writeRaw([rawOfPlot(plot, titleOf(results.plan, waveform))]);
  }
}

const titleOf = ({ title }: Plan, { sample, analysis }: ResultWaveform): string =>
  `${title}: sample ${sample}, ${analysis}`;

/** `re(v)` and `im(v)` become one complex vector again. */
function vectorsOf({ names, columns }: ResultWaveform): Map<string, Vector> {
  const columnOf = new Map(names.map((name, k) => [name, columns[k]!]));
  const vectors = new Map<string, Vector>();
  for (const [name, re] of columnOf) {
    const [, part, inner] = /^(re|im)\((.*)\)$/.exec(name) ?? [];
    if (part === 'im' && columnOf.has(`re(${inner})`)) continue;
    const im = part === 're' ? columnOf.get(`im(${inner})`) : undefined;
    if (im && inner !== undefined) vectors.set(inner, { re, im });
    else vectors.set(name, { re });
  }
  return vectors;
}
