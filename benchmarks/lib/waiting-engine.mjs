/**
 * An engine that occupies its worker without a core: each sample takes the seconds that the title of the plan names
 * ("wait 0.5"), asleep. Its measurement is the first variable, doubled.
 */
export const engine = {
  name: 'waiting',
  find: async () => ({ name: 'waiting', where: import.meta.url, version: '1' }),
  open: async () => {
    let seconds = 0;
    let width = 1;
    return {
      identity: { name: 'waiting', version: '1' },
      load: async (/** @type {{ title: string, variables: unknown[] }} */ plan) => {
        seconds = Number(/^wait ([\d.]+)/.exec(plan.title)?.[1] ?? 0);
        width = plan.variables.length;
      },
      run: async (/** @type {{ rows: number, values: Float64Array }} */ { rows, values }) => {
        const column = new Float64Array(rows);
        for (let row = 0; row < rows; row++) {
          if (seconds > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000 * seconds);
          column[row] = 2 * values[row * width];
        }
        return { rows, columns: [column], status: new Uint8Array(rows), messages: new Map(), waveforms: [] };
      },
      close: async () => undefined,
    };
  },
};
