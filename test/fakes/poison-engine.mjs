/** An engine of its own, for tests: samples of x, except that some crash, hang or exhaust the memory of their worker. */
export const CRASHES = 41;
export const HANGS = 77;
export const HOGS = 123;

const hoard = [];

const deeds = new Map([
  [CRASHES, () => process.kill(process.pid, 'SIGSEGV')],
  [
    HANGS,
    () => {
      for (;;);
    },
  ],
  [
    HOGS,
    () => {
      for (;;) {
        hoard.push(Buffer.alloc(50e6, 1));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      }
    },
  ],
]);

let width = 0;

export const engine = {
  name: 'poison',
  find: async () => ({ name: 'poison', where: import.meta.filename, version: '1' }),
  open: async () => ({
    identity: { name: 'poison', version: '1' },
    async load(plan) {
      width = plan.variables.length;
    },
    async run({ rows, samples, values }, report) {
      const column = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        report?.(row, 1, row);
        deeds.get(samples[row])?.();
        column[row] = values[row * width];
      }
      const columns = [column, column];
      return { rows, columns, status: new Uint8Array(rows), messages: new Map(), waveforms: [] };
    },
    close: async () => {},
  }),
};
