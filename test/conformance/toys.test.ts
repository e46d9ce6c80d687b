import { it } from 'vitest';
import { toy as toyBackend } from '../toys/backend.ts';
import { toyBatch } from '../toys/batch.ts';
import { toy as toyEngine } from '../toys/engine.ts';
import { backendConformance, localProcesses } from './backend.ts';
import { expectFigures, play } from './engine/play.ts';
import { describeEngine, engineConformance } from './engine.ts';
import { alter, planOf, RC } from './plans.ts';

backendConformance('toy', { open: () => toyBackend.open({}), ...localProcesses });
backendConformance('toy-batch', { open: () => toyBatch.open({}), ...localProcesses, mostChunks: 4 });

const ac = { analyses: { ac: 'ac dec 20 10 1meg' }, vectors: { ac: ['v(out)'] } };

engineConformance({
  kind: toyEngine,
  plan: planOf({
    ...ac,
    circuits: [RC.replace('100n', '{{$1}}')],
    variables: { r: 1e3, c: 100e-9 },
    assignments: [alter('r1', '$0')],
    measurements: { bandwidth: 'ac: when(vdb(out), -3)', level: 'ac: at(mag(v(out)), 10k)' },
    waveforms: [{ analysis: 'ac', vectors: ['v(out)'] }],
  }),
  rows: [
    [1e3, 100e-9],
    [2e3, 100e-9],
    [1e3, 50e-9],
  ],
  failing: [-1e3, 100e-9],
  refused: planOf({ ...ac, circuits: [RC.replace('c1', 'l1')], measurements: {} }),
});

describeEngine(toyEngine, {}, (engine) => {
  it('gives the magnitude of a first-order low-pass', async () => {
    const plan = planOf({ ...ac, circuits: [RC], measurements: { level: 'ac: at(mag(v(out)), 10k)' } });
    const level = 1 / Math.hypot(1, 2 * Math.PI * 10e3 * 1e3 * 100e-9);
    expectFigures(plan, await play(engine(), plan), { level });
  });
});
