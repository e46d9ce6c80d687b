import { writeFileSync, writeSync } from 'node:fs';

/**
 * An engine for tests that does what the title of the plan, a JSON object, tells it:
 * `crash`, `hang`, `throw`, `hog`, `grow`: samples at which it kills its process, never returns, throws, fills 600 MB and waits,
 * or keeps 250 MB; `stall`: the first worker of all that comes to these samples is endlessly slow there (`stallFile`, which it makes, tells the others); `seconds`, `loadSeconds`: what a sample takes, and loading; `print`: noise on standard output; `litter`: a file where it stands; `refuse`: does not load.
 * Its one measurement is twice the first variable.
 */
export const engine = {
  name: 'mischief',
  find: async () => ({ name: 'mischief', where: import.meta.url, version: '1' }),
  open: async () => new Mischief(),
};

const kept = [];

class Mischief {
  identity = { name: 'mischief', version: '1' };

  async load(plan) {
    this.orders = JSON.parse(plan.title);
    this.width = plan.variables.length;
    if (this.orders.print) print('loading');
    if (this.orders.litter) writeFileSync(this.orders.litter, '');
    if (this.orders.refuse) throw new Error('told to refuse');
    if (this.orders.loadSeconds) block(this.orders.loadSeconds);
    if (this.orders.die) process.kill(process.pid, 'SIGKILL');
  }

  async run(batch, report) {
    const column = new Float64Array(batch.rows);
    for (let row = 0; row < batch.rows; row++) {
      report?.(row, 1, row);
      this.obey(batch.samples[row]);
      column[row] = 2 * batch.values[row * this.width];
    }
    return {
      rows: batch.rows,
      columns: [column],
      status: new Uint8Array(batch.rows),
      messages: new Map(),
      waveforms: [],
    };
  }

  obey(sample) {
    const at = (order) => this.orders[order]?.includes(sample);
    if (this.orders.print) print(`sample ${sample}`);
    if (this.orders.seconds) block(this.orders.seconds);
    if (at('crash')) process.kill(process.pid, 'SIGKILL');
    if (at('throw')) throw new Error('told to throw');
    if (at('hang')) block(600);
    if (at('grow')) kept.push(Buffer.alloc(250e6, 1));
    if (at('stall') && isFirst(this.orders.stallFile)) block(600);
    if (at('hog')) {
      kept.push(Buffer.alloc(600e6, 1));
      block(600);
    }
  }

  async close() {}
}

function isFirst(file) {
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function block(seconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000 * seconds);
}

/** Every way in which an engine may write where frames could be expected. */
function print(text) {
  console.log(text);
  process.stdout.write(`${text}\n`);
  writeSync(1, `${text}\n`);
  writeSync(2, `${text}\n`);
}
