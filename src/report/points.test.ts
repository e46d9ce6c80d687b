import { describe, expect, it } from 'vitest';
import { fakeResults } from '../../test/fakes/results.ts';
import { statusCode } from '../plan/table.ts';
import { answer } from './answer.ts';
import { terminalSummary } from './terminal.ts';

const sweep = fakeResults({
  plan: {
    variables: [{ name: 'R1', unit: 'Ω', nominal: 1000, source: { kind: 'axis', axis: 0 } }],
    axes: [{ name: 'R1', length: 3, columns: [{ variable: 0, values: [100, 220, 470] }] }],
    measurements: [{ name: 'bw', unit: 'Hz', source: { kind: 'scalars', expression: '0' } }],
  },
  columns: { R1: [100, 220, 470], bw: [15877.8, 7217.32, Number.NaN] },
  status: [0, 0, statusCode('convergence')],
});

describe('the points of a sweep', () => {
  it('are told one by one, a failed one with its status', async () => {
    const { points } = await answer(sweep);
    expect(points).toMatchObject([
      { label: 'R1=100 Ω', sample: 0, status: 'ok', values: { bw: 15877.8 } },
      { label: 'R1=220 Ω', sample: 1, status: 'ok' },
      { label: 'R1=470 Ω', sample: 2, status: 'convergence' },
    ]);
  });

  it('stand in the summary instead of statistics over them', async () => {
    const text = terminalSummary(sweep, await answer(sweep), { color: false, width: 80 });
    expect(text).toMatch(/R1=100 Ohm\s+15\.8778 kHz/);
    expect(text).toMatch(/R1=470 Ohm.*convergence/);
    expect(text).not.toContain('mean');
  });

  it('are left to the groups where samples are drawn', async () => {
    const drawn = fakeResults({ columns: { bw: [1, 2, 3] } });
    expect((await answer(drawn)).points).toBeUndefined();
  });
});
