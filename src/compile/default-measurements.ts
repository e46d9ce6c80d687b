import { SpiceLabError } from '../errors/index.ts';
import type { AnalysisKind } from './analyses.ts';
import type { MeasurementContext } from './measurement-list.ts';

const MOST_NODES = 16;

/**
 * Where nothing is measured: an operating point measures the node voltages of the top level, up to 16 of them.
 * @throws SpiceLabError MEASUREMENT_INVALID for other analyses, with examples for this deck
 */
export function addDefaultMeasurements(context: MeasurementContext): void {
  const { deck, analyses, list, notices } = context;
  const nodes = [...deck.circuit.nodes].filter(
    (node) => node !== '0' && node !== 'gnd' && !node.includes('.'),
  );
  const [analysis, another] = analyses;
  if (analysis?.kind !== 'op' || another || nodes.length === 0) throw nothingMeasured(context, nodes);
  const chosen = nodes.slice(0, MOST_NODES);
  for (const node of chosen) {
    const vector = `v(${node})`;
    analysis.vectors.push(vector);
    list.add({
      name: vector,
      unit: 'V',
      source: { kind: 'vectors', analysis: analysis.name, expression: vector },
    });
  }
  if (chosen.length < nodes.length) {
    notices.push({ message: `only the first ${MOST_NODES} of ${nodes.length} node voltages are measured` });
  }
}

const EXAMPLES: Readonly<Record<AnalysisKind, (node: string) => string>> = {
  op: (node) => `vout=op:v(${node})`,
  dc: (node) => `vmax=max(v(${node}))`,
  ac: (node) => `bw=when(vdb(${node}),-3)`,
  tran: (node) => `peak=max(v(${node}))`,
  noise: () => 'noise=onoise_total',
  tf: () => 'gain=transfer_function',
};

function nothingMeasured(context: MeasurementContext, nodes: readonly string[]): SpiceLabError {
  const { deck, analyses } = context;
  const node = nodes.includes('out') ? 'out' : (nodes.at(-1) ?? 'out');
  const examples = [...new Set(analyses.map(({ kind }) => `--measure "${EXAMPLES[kind](node)}"`))];
  return new SpiceLabError('MEASUREMENT_INVALID', 'neither the deck nor the study measures anything', {
    place: { file: deck.sources[0]!.path },
    remedy: `Say what to measure, for instance ${examples.join(' or ')}, or add .meas lines to the deck.`,
  });
}
