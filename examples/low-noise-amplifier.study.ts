import { monteCarlo } from 'spicelab';

// Gain, bandwidth and noise of an amplifier. A study may be a program: here the resistors' tolerance is computed.
const tolerance = (percent: number) => `uniform(${percent}%)`;

export default monteCarlo(
  {
    deck: 'low-noise-amplifier.cir',
    vary: { 'R*': tolerance(1), 'npn.bf': 'lognormal(250, 0.25)', temp: 'uniform(low=0, high=60)' },
    measure: {
      gain: 'ac:at(vdb(out), 1k)',
      bandwidth: 'ac:when(vdb(out), gain-3, fall=1)',
      noise: 'noise:onoise_total',
    },
    specs: ['gain > 30.1', 'noise < 24u'],
    samples: 500,
    seed: 1,
  },
  import.meta.dirname,
);
