import { describe, expect, it } from 'vitest';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { correlation } from './kolmogorov.ts';
import { hasNgspice } from './ngspice.ts';
import { expectSameDistribution, ngspiceDraws, type Observed, spicelabDraws } from './own-draws.ts';
import { benchmarkDeck, gf180Devices, hasModels, sky130Devices } from './pdk-decks.ts';

const found = await libngspice.find({});
if (!found) console.warn('skipped: libngspice is not installed');

const currents = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, `i(v${name})`]));
const readBacks = (model: string, ...devices: readonly string[]) =>
  Object.fromEntries(
    devices.flatMap((device) =>
      ['delvto', 'mulu0'].map((name) => [`${device}_${name}`, `@m.${device}.${model}[${name}]`]),
    ),
  );

/** Decks of the benchmarks, with what is observed of them and how many samples tell enough. */
const DECKS: readonly (readonly [name: string, samples: number, observed: Omit<Observed, 'lines'>])[] = [
  [
    'ota-mismatch-gf180',
    600,
    { analysis: 'op', figures: { offset: 'v(out)-v(inp)', ...readBacks('m0', 'xm1', 'xm2', 'xm3', 'xm6') } },
  ],
  [
    'ota-mismatch-sky130',
    300,
    {
      analysis: 'op',
      figures: {
        offset: 'v(out)-v(inp)',
        xm1: '@m.xm1.msky130_fd_pr__nfet_01v8[delvto]',
        xm3: '@m.xm3.msky130_fd_pr__pfet_01v8[delvto]',
        xm4: '@m.xm4.msky130_fd_pr__pfet_01v8[delvto]',
      },
    },
  ],
  [
    'ring-gf180',
    300,
    {
      analysis: 'tran 20p 5n uic',
      figures: { period: { meas: 'trig v(n1) val=1.65 rise=2 targ v(n1) val=1.65 rise=4' } },
    },
  ],
  [
    'opamp-gf180',
    300,
    {
      analysis: 'ac dec 20 10 1g',
      figures: {
        gain: { meas: 'find vdb(out) at=100' },
        gbw: { meas: 'when vdb(out)=0' },
      },
    },
  ],
  [
    'sram-gf180',
    300,
    {
      analysis: 'dc vu -2.3 2.3 0.02',
      figures: { upper: { meas: 'max v(d)' }, lower: { meas: 'min v(d)' } },
    },
  ],
];

describe.skipIf(!found || !hasNgspice() || !hasModels())("draws of open PDKs, against ngspice's own", () => {
  it.each(DECKS)('%s, as the deck is', async (name, samples, told) => {
    const observed = { lines: benchmarkDeck(name), ...told };
    expectSameDistribution(ngspiceDraws(observed, samples), await spicelabDraws(observed, samples));
  });

  it.each([
    ['process alone', '.param sw_stat_global=1'],
    ['process and mismatch', '.param sw_stat_global=1 sw_stat_mismatch=1'],
  ])(
    'GF180MCU devices, %s: which currents and model parameters move together, and how far',
    async (_, settings) => {
      const observed: Observed = {
        lines: gf180Devices(settings),
        analysis: 'op',
        figures: {
          ...currents('n1', 'n2', 'n3', 'p1', 'p2'),
          vth0: '@nfet_03v3.8[vth0]',
          toxe: '@nfet_03v3.9[toxe]',
          rdsw: '@pfet_03v3.8[rdsw]',
        },
      };
      expectSameDistribution(ngspiceDraws(observed, 500), await spicelabDraws(observed, 500));
    },
  );

  it('SKY130 devices: its process is drawn per device, as ngspice does', async () => {
    const observed: Observed = {
      lines: sky130Devices('MC_MM_SWITCH=0 MC_PR_SWITCH=1', { drawnOnce: false }),
      analysis: 'op',
      figures: {
        ...currents('n1', 'n2', 'p1', 'p2'),
        lint: '@xn1:nshort_model.29[lint]',
        wint: '@xn2:nshort_model.29[wint]',
      },
    };
    const drawn = await spicelabDraws(observed, 300);
    expectSameDistribution(ngspiceDraws(observed, 300), drawn);
    expect(Math.abs(correlation(drawn['n1']!, drawn['n2']!))).toBeLessThan(0.3);
  });

  it('SKY130 devices: tied, its process is drawn once per sample, as ngspice does with copies', async () => {
    const tied: Observed = {
      lines: sky130Devices('MC_MM_SWITCH=0 MC_PR_SWITCH=1', { drawnOnce: false }),
      analysis: 'op',
      figures: currents('n1', 'n2', 'p1', 'p2'),
      statistics: { vary: ['all'], tie: ['sw_*'] },
    };
    const copied = {
      ...tied,
      lines: sky130Devices('MC_MM_SWITCH=0 MC_PR_SWITCH=1', { drawnOnce: true }),
    };
    const drawn = await spicelabDraws(tied, 300);
    expectSameDistribution(ngspiceDraws(copied, 300), drawn);
    expect(correlation(drawn['n1']!, drawn['n2']!)).toBeGreaterThan(0.999);
  });
});
