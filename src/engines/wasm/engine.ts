import type { Engine, EngineIdentity, ReportProgress } from '../../engine.ts';
import { SpiceLabError } from '../../errors/index.ts';
import type { Batch, Plan, Table } from '../../plan/index.ts';
import {
  compileProgram,
  createRows,
  type Failure,
  type Program,
  printedValue,
  type RowsBuilder,
  rowOf,
  type Step,
  type Visit,
  verifyTargets,
} from '../common/index.ts';
import { ConsoleEnded } from './console.ts';
import { keepCode } from './instantiate.ts';
import { commandsOf, type Lacking, readRow, rowCommands } from './row.ts';
import { Session } from './session.ts';
import { type StepCommands, stepCommands } from './step-commands.ts';

/** When the module is replaced, which gives back the memory that it only ever takes. */
export interface Renewal {
  /** Bytes of its memory from which on it is replaced… */
  readonly memory: number;
  /** …but not before it is this many seconds old: a start takes a quarter of one. */
  readonly age: number;
}
const RENEWAL: Renewal = { memory: 512 * 2 ** 20, age: 10 };

/** Rows after which V8 has optimised most of what they need. */
const ROWS_TO_WARM_UP = 500;

interface Loaded {
  readonly program: Program;
  /** Those of the nominal row, which are every row's where no command depends on a variable. */
  readonly steps: readonly Step[];
  readonly commands: readonly StepCommands[];
  /** Circuits whose assignments have been proved, with the reason where they do nothing. */
  readonly verified: Map<number, SpiceLabError | undefined>;
  readonly lacking: Lacking;
}

interface RowAt {
  readonly row: number;
  readonly values: Float64Array;
  readonly rows: RowsBuilder;
}

/** The embedded ngspice: nothing needs to be installed but its npm package. */
export class WasmEngine implements Engine {
  readonly identity: EngineIdentity;
  readonly #session: Session;
  readonly #renewal: Renewal;
  #plan: Loaded | undefined;
  #rows = 0;

  /** @throws SpiceLabError ENGINE_MISSING */
  static async open(renewal: Renewal = RENEWAL): Promise<WasmEngine> {
    return new WasmEngine(await Session.open(), renewal);
  }

  private constructor(session: Session, renewal: Renewal) {
    this.#session = session;
    this.#renewal = renewal;
    this.identity = { name: 'wasm', version: session.version };
  }

  async load(plan: Plan): Promise<void> {
    this.#plan = undefined;
    const program = compileProgram(plan);
    const loaded: Loaded = {
      program,
      steps: program.steps(program.nominal),
      commands: stepCommands(program.steps(program.nominal)),
      verified: new Map(),
      lacking: new Set(),
    };
    this.#session.forget();
    const refused = await this.#prepare(loaded, 0, program.circuits.text(0, program.nominal));
    if (refused) throw refused;
    this.#plan = loaded;
  }

  async run(batch: Batch, report: ReportProgress = () => undefined): Promise<Table> {
    if (!this.#plan) throw new SpiceLabError('INTERNAL', 'a batch came before its plan');
    const plan = this.#plan;
    const rows = createRows(plan.program, batch);
    let done = 0;
    for (const visit of plan.program.circuits.visits(batch))
      for (const row of visit.rows) {
        report(done++, 1, row);
        await this.#row(plan, visit, { row, values: rowOf(batch, row), rows });
        rows.end(row);
      }
    this.#rows += batch.rows;
    return rows.finish();
  }

  async close(): Promise<void> {
    this.#plan = undefined;
    this.#session.forget();
    if (this.#rows >= ROWS_TO_WARM_UP) await keepCode();
  }

  /** A row that ends ngspice is tried once more, in one that has done nothing else. */
  async #row(plan: Loaded, visit: Visit, at: RowAt): Promise<void> {
    const { memory, age } = this.#renewal;
    if (this.#session.memory >= memory && this.#session.age >= age) await this.#session.renew();
    const failure =
      (await this.#attempt(plan, visit, at)) ?? (await this.#attempt(plan, visit, at)) ?? CRASHED;
    if (failure !== DONE) at.rows.fail(at.row, failure);
  }

  /** Why the row could not be simulated; `undefined` when ngspice ended. */
  async #attempt(
    plan: Loaded,
    { circuit, text }: Visit,
    at: RowAt,
  ): Promise<Failure | typeof DONE | undefined> {
    const refused = await this.#prepare(plan, circuit, text);
    if (refused) return { status: 'load', message: withPlace(refused) };
    const { program, lacking } = plan;
    const rowSteps = program.steps(at.values);
    const steps = rowSteps === plan.steps ? plan.commands : stepCommands(rowSteps);
    const assigned = rowCommands(program, at.values);
    if (assigned.refused !== undefined) return { status: 'load', message: assigned.refused };
    try {
      const again = (commands: readonly string[]) => this.#session.execute(commands);
      const reply = again([...assigned.commands, ...commandsOf(steps, lacking)]);
      const results = { files: this.#session, reply, assignments: assigned.commands.length, again };
      const after = readRow(at.row, results, program, steps, lacking, at.rows);
      if (after === 'unsure') this.#session.forget();
      return DONE;
    } catch (error) {
      if (!(error instanceof ConsoleEnded)) throw error;
      await this.#session.renew();
      return undefined;
    }
  }

  /** Makes a circuit the loaded one; answers why it cannot be. */
  async #prepare(plan: Loaded, circuit: number, text: string): Promise<SpiceLabError | undefined> {
    const { program, verified } = plan;
    const commands = program.save === undefined ? [] : [program.save];
    const refused = await this.#session.load({ circuit: program.plan.circuits[circuit]!, text, commands });
    if (refused) return refused;
    if (verified.has(circuit) || program.assigner.targets.length === 0) return verified.get(circuit);
    const problem = await this.#verify(program);
    verified.set(circuit, problem);
    if (problem) return problem;
    // What was tried out leaves with the circuit it was tried on.
    this.#session.forget();
    return this.#prepare(plan, circuit, text);
  }

  async #verify(program: Program): Promise<SpiceLabError | undefined> {
    const tell = (command: string): string[] => this.#session.execute([command]).lines();
    const read = (probe: string): number => printedValue(tell(`print ${probe}`), probe) ?? Number.NaN;
    try {
      verifyTargets({ tell, read }, program, program.nominal);
      return undefined;
    } catch (error) {
      if (error instanceof SpiceLabError) return error;
      if (!(error instanceof ConsoleEnded)) throw error;
      await this.#session.renew();
      return new SpiceLabError('ENGINE_LOAD', 'the simulator ended when its circuit was given other values', {
        cause: error,
        remedy: 'Try the variables one by one to see which of them it does not survive.',
      });
    }
  }
}

const DONE = Symbol('simulated');
const CRASHED: Failure = {
  status: 'crashed',
  message: 'the simulator ended at this sample, alone and again',
};

function withPlace({ place, message }: SpiceLabError): string {
  if (!place) return message;
  return `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ${message}`;
}
