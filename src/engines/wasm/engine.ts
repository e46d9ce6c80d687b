import type { Engine, EngineIdentity, ReportProgress } from '../../engine.ts';
import { SpiceLabError } from '../../errors/index.ts';
import type { Batch, Plan, Table } from '../../plan/index.ts';
import {
  compileProgram,
  createRows,
  type Program,
  type RowsBuilder,
  rowOf,
  type Visit,
} from '../common/index.ts';
import { ConsoleEnded } from './console.ts';
import { readRow, rowCommands, type StepCommands, stepCommands } from './row.ts';
import { type Loading, Session } from './session.ts';

/** WebAssembly memory only grows. Above this much the module is replaced, which gives it all back… */
const MOST_MEMORY = 512 * 2 ** 20;
/** …but not more often than this, in seconds: a start takes a quarter of one. */
const LEAST_AGE = 10;

interface Loaded {
  readonly program: Program;
  readonly steps: readonly StepCommands[];
}

/** The embedded ngspice: nothing needs to be installed but its npm package. */
export class WasmEngine implements Engine {
  readonly identity: EngineIdentity;
  readonly #session: Session;
  #plan: Loaded | undefined;

  /** @throws SpiceLabError ENGINE_MISSING */
  static async open(): Promise<WasmEngine> {
    return new WasmEngine(await Session.open());
  }

  private constructor(session: Session) {
    this.#session = session;
    this.identity = { name: 'wasm', version: session.version };
  }

  async load(plan: Plan): Promise<void> {
    const program = compileProgram(plan);
    this.#session.forget();
    const refused = await this.#session.load(loading(program, 0, program.circuits.text(0, program.nominal)));
    if (refused) throw refused;
    this.#plan = { program, steps: stepCommands(program.steps) };
  }

  async run(batch: Batch, report: ReportProgress = () => undefined): Promise<Table> {
    if (!this.#plan) throw new SpiceLabError('INTERNAL', 'an engine was run before a plan was loaded');
    const plan = this.#plan;
    const rows = createRows(plan.program, batch);
    let done = 0;
    for (const visit of plan.program.circuits.visits(batch))
      for (const row of visit.rows) {
        report(done++, 1);
        await this.#row(plan, visit, { row, values: rowOf(batch, row), rows });
        rows.end(row);
      }
    report(done, 0);
    return rows.finish();
  }

  async close(): Promise<void> {
    this.#plan = undefined;
    this.#session.forget();
  }

  /** A row that ends ngspice is tried once more, in one that has done nothing else. */
  async #row(plan: Loaded, visit: Visit, at: RowAt): Promise<void> {
    if (this.#session.memory > MOST_MEMORY && this.#session.age > LEAST_AGE) await this.#session.renew();
    if (await this.#attempt(plan, visit, at)) return;
    if (await this.#attempt(plan, visit, at)) return;
    at.rows.fail(at.row, { status: 'crashed', message: 'ngspice ended at this sample, alone and again' });
  }

  /** `false` when ngspice ended. */
  async #attempt({ program, steps }: Loaded, { circuit, text }: Visit, at: RowAt): Promise<boolean> {
    const refused = await this.#session.load(loading(program, circuit, text));
    if (refused) {
      at.rows.fail(at.row, { status: 'load', message: refused.message });
      return true;
    }
    const assigned = rowCommands(program, at.values);
    if (assigned.refused !== undefined) {
      at.rows.fail(at.row, { status: 'load', message: assigned.refused });
      return true;
    }
    try {
      const reply = this.#session.execute([
        ...assigned.commands,
        ...steps.flatMap(({ commands }) => commands),
      ]);
      readRow(at.row, { files: this.#session, reply, from: assigned.commands.length }, steps, at.rows);
      return true;
    } catch (error) {
      if (!(error instanceof ConsoleEnded)) throw error;
      await this.#session.renew();
      return false;
    }
  }
}

interface RowAt {
  readonly row: number;
  readonly values: Float64Array;
  readonly rows: RowsBuilder;
}

function loading({ plan, save }: Program, circuit: number, text: string): Loading {
  return { circuit: plan.circuits[circuit]!, text, commands: save === undefined ? [] : [save] };
}
