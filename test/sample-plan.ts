import type { Plan } from '../src/plan/schema.ts';

/** An RC low-pass with both values varied, over two corners, as the compiler would write it; for tests. */
export function samplePlan(): Plan {
  const text = (comment: string) => `rc ${comment}\nv1 in 0 dc 0 ac 1\nr1 in out 1k\nc1 out 0 100n\n.end\n`;
  const circuit = (label: string) => {
    const deck = text(label);
    return {
      label,
      text: deck,
      slots: [
        { offset: deck.indexOf('1k'), length: 2, value: '$0', active: false },
        { offset: deck.indexOf('100n'), length: 4, value: '$1 * 2', active: true },
      ],
      sources: ['rc.cir'],
      origins: [{ line: 1, source: 0, sourceLine: 1 }],
    };
  };
  return {
    format: 1,
    title: 'an RC low-pass',
    circuits: [circuit('tt'), circuit('ff')],
    variables: [
      {
        name: 'r1',
        unit: 'Ohm',
        nominal: 1000,
        source: { kind: 'random', distribution: { kind: 'normal', mean: 1000, sigma: 10 } },
      },
      {
        name: 'c1',
        unit: 'F',
        nominal: 5e-8,
        source: { kind: 'random', distribution: { kind: 'uniform', low: 4e-8, high: 6e-8 } },
      },
      { name: 'corner', unit: '', nominal: 0, labels: ['tt', 'ff'], source: { kind: 'axis', axis: 0 } },
    ],
    axes: [{ name: 'corner', length: 2, columns: [{ variable: 2, values: [0, 1] }], circuits: [0, 1] }],
    sampling: { method: 'random', seed: 1 },
    correlations: [],
    assignments: [
      { kind: 'alter', device: 'r1', value: '$0', covered: true },
      { kind: 'temperature', value: '27 + $2' },
    ],
    analyses: [{ name: 'ac', kind: 'ac', command: 'ac dec 20 1 1meg', vectors: ['v(out)'] }],
    measurements: [
      { name: 'bw', unit: 'Hz', source: { kind: 'meas', analysis: 'ac', command: 'when vdb(out)=-3' } },
      { name: 'peak', unit: 'dB', source: { kind: 'vectors', analysis: 'ac', expression: 'max(vdb(out))' } },
      { name: 'ratio', unit: '', source: { kind: 'scalars', expression: 'bw / 1k' } },
    ],
    specs: [{ name: 'bw>1k', measurement: 'bw', low: 1000 }],
    waveforms: [],
  };
}
