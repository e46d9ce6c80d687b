import type { Engine, EngineKind, ReportProgress } from '../../src/engine.ts';
import { compileProgram, createRows, placeOfLine, rowOf } from '../../src/engines/common/index.ts';
import { SpiceLabError } from '../../src/errors/index.ts';
import { readNumber } from '../../src/expression/index.ts';
import type { Batch, Circuit, Plan, Table } from '../../src/plan/index.ts';
import type { Plot } from '../../src/waveform/index.ts';

const REMEDY = 'Simulate .ac of an RC low-pass: v1 in 0 … ac 1, r1 in out, c1 out 0.';

/** The least that an engine has to do: `.ac` of an RC low-pass in closed form. */
export const toy: EngineKind = {
  name: 'toy',
  find: async () => ({ name: toy.name, where: 'built in', version: '1' }),
  open: async () => new ToyEngine(),
};

class ToyEngine implements Engine {
  readonly identity = { name: toy.name, version: '1' };
  #program: ReturnType<typeof compileProgram> | undefined;

  async load(plan: Plan): Promise<void> {
    // a plan that is refused must not leave the one before it in place
    this.#program = undefined;
    const program = compileProgram(plan);
    for (const { command, meas } of program.steps(program.nominal))
      if (!/^ac dec /.test(command) || meas.length > 0)
        throw new SpiceLabError('ENGINE_LOAD', `the toy engine cannot do '${command}'`, { remedy: REMEDY });
    const devices = readDevices(plan.circuits[0]!, program.circuits.text(0, program.nominal));
    for (const { label } of program.assigner.targets)
      if (!devices.has(label))
        throw new SpiceLabError('TARGET_UNKNOWN', `there is no ${label} to set`, { remedy: REMEDY });
    this.#program = program;
  }

  async run(batch: Batch, report?: ReportProgress): Promise<Table> {
    const program = this.#program;
    if (!program) throw new SpiceLabError('INTERNAL', 'a batch came before its plan');
    const rows = createRows(program, batch);
    let done = 0;
    for (const { circuit, text, rows: visited } of program.circuits.visits(batch))
      for (const row of visited) {
        report?.(done++, 1, row);
        try {
          const devices = readDevices(program.plan.circuits[circuit]!, text);
          const values = rowOf(batch, row);
          for (const { label, value } of program.assigner.targets) devices.set(label, value(values));
          for (const { analysis, command } of program.steps(values))
            rows.plot(row, analysis.name, respond(command, devices));
        } catch (thrown) {
          // what is wrong with one sample is told in its row, and the others go on
          if (!(thrown instanceof SpiceLabError)) throw thrown;
          rows.fail(row, { status: 'load', message: thrown.message });
        }
        rows.end(row);
      }
    return rows.finish();
  }

  async close(): Promise<void> {
    this.#program = undefined;
  }
}

/** Value by name of the resistor and the capacitor. @throws SpiceLabError ENGINE_LOAD for any other line */
function readDevices(circuit: Circuit, text: string): Map<string, number> {
  const devices = new Map<string, number>();
  for (const [k, line] of text.trimEnd().split('\n').entries()) {
    if (k === 0 || /^v1 in 0 .*ac 1$|^\.end$/i.test(line)) continue;
    const [, name, value] = /^(r1(?= in out )|c1(?= out 0 )).* (\S+)$/i.exec(line) ?? [];
    const number = readNumber(value ?? '')?.value;
    if (name === undefined || number === undefined)
      throw new SpiceLabError('ENGINE_LOAD', `the toy engine cannot simulate '${line}'`, {
        place: placeOfLine(circuit, k + 1),
        remedy: REMEDY,
      });
    devices.set(name.toLowerCase(), number);
  }
  return devices;
}

/** 1/(1 + jωRC) at the frequencies of `ac dec POINTS START STOP`. */
function respond(command: string, devices: ReadonlyMap<string, number>): Plot {
  const seconds = devices.get('r1')! * devices.get('c1')!;
  if (!(seconds > 0)) throw new SpiceLabError('ENGINE_LOAD', `RC is ${seconds} s`, { remedy: REMEDY });
  const [points, start, stop] = command
    .split(' ')
    .slice(2)
    .map((word) => readNumber(word)!.value);
  const count = Math.floor(points! * Math.log10(stop! / start!) + 1e-9) + 1;
  const frequency = Float64Array.from({ length: count }, (_, k) => start! * 10 ** (k / points!));
  const re = frequency.map((hertz) => 1 / (1 + (2 * Math.PI * hertz * seconds) ** 2));
  const im = frequency.map((hertz, k) => -2 * Math.PI * hertz * seconds * re[k]!);
  const vectors = new Map([
    ['frequency', { re: frequency }],
    ['v(out)', { re, im }],
  ]);
  return { kind: 'ac', scale: 'frequency', vectors };
}
