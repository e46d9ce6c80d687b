import type { Engine, EngineIdentity, ReportProgress } from '../../engine.ts';
import { SpiceLabError } from '../../errors/index.ts';
import type { Batch, Plan, Table } from '../../plan/index.ts';
import {
  compileProgram,
  createRows,
  type Failure,
  loadFailure,
  type Prober,
  type Program,
  type RowsBuilder,
  rowOf,
  type Visit,
  verifyTargets,
} from '../common/index.ts';
import type { Library } from './library.ts';
import { createScratch } from './scratch.ts';
import { createSimulator, type Simulator } from './simulate.ts';

/** ngspice keeps every command line of its life until told to forget them. */
const ROWS_PER_HISTORY = 256;

/** ngspice's shared library in this process. Rows run one after the other, as calls that block. */
export class LibngspiceEngine implements Engine {
  readonly identity: EngineIdentity;
  readonly #open: () => Library;
  readonly #scratch = createScratch();
  #library: Library | undefined;
  #program: Program | undefined;
  #simulator: Simulator | undefined;
  /** The text that the library simulates now; `undefined` where it would have to be loaded again. */
  #loaded: string | undefined;
  /** What was refused last: the other rows that share it need not ask again. */
  #refused: { readonly text: string; readonly failure: Failure } | undefined;
  readonly #verified = new Set<number>();
  #hasCircuit = false;
  #rows = 0;

  /** @param open loads the library afresh: the one way on after ngspice gave up */
  constructor(open: () => Library) {
    this.#open = open;
    this.#library = open();
    this.identity = { name: 'libngspice', version: this.#library.version };
  }

  async load(plan: Plan): Promise<void> {
    this.#program = compileProgram(plan);
    this.#simulator = createSimulator(this.#program);
    this.#loaded = undefined;
    this.#refused = undefined;
    this.#verified.clear();
    const program = this.#program;
    this.#scratch.within(() => {
      if (!this.#library || this.#library.ended) this.#restart();
      this.#loadNominal(program);
    });
  }

  async run(batch: Batch, report?: ReportProgress): Promise<Table> {
    const program = this.#program;
    if (!program) throw new SpiceLabError('INTERNAL', 'a batch came before its plan');
    const rows = createRows(program, batch);
    this.#scratch.within(() => this.#rowsOf(program, batch, rows, report));
    return rows.finish();
  }

  #rowsOf(program: Program, batch: Batch, rows: RowsBuilder, report: ReportProgress | undefined): void {
    let done = 0;
    for (const visit of program.circuits.visits(batch)) {
      for (const row of visit.rows) {
        report?.(done++, 1, row);
        this.#row(program, visit, batch, row, rows);
        rows.end(row);
      }
    }
  }

  async close(): Promise<void> {
    this.#library?.close();
    this.#library = undefined;
    this.#program = undefined;
    this.#scratch.remove();
  }

  #row(program: Program, visit: Visit, batch: Batch, row: number, rows: RowsBuilder): void {
    const failure = this.#prepare(program, visit);
    if (failure) {
      rows.fail(row, failure);
      return;
    }
    const library = this.#living();
    const state = this.#simulator!.row(library, rowOf(batch, row), row, rows);
    if (library.ended) {
      rows.fail(row, {
        status: 'crashed',
        message: 'the simulator gave up on this sample and was loaded anew',
      });
      this.#restart();
      this.#loadNominal(program);
    } else if (state === 'unsure') this.#loaded = undefined;
    if (++this.#rows % ROWS_PER_HISTORY === 0) library.clearHistory();
  }

  /** Makes the visit's circuit the loaded one. */
  #prepare(program: Program, { circuit, text }: Visit): Failure | undefined {
    if (this.#loaded === text) return undefined;
    if (this.#refused?.text === text) return this.#refused.failure;
    const failure = this.#attempt(program, circuit, text);
    if (!failure) return undefined;
    this.#refused = { text, failure };
    return failure;
  }

  #attempt(program: Program, circuit: number, text: string): Failure | undefined {
    const refusal = this.#loadText(program, circuit, text);
    if (!refusal) return this.#verified.has(circuit) ? undefined : this.#verify(program, circuit);
    if (this.#living().ended) {
      this.#restart();
      this.#loadNominal(program);
    }
    return { status: 'load', message: where(refusal) };
  }

  #verify(program: Program, circuit: number): Failure | undefined {
    try {
      verifyTargets(proberOf(this.#living()), program, program.nominal);
      this.#verified.add(circuit);
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof SpiceLabError)) throw thrown;
      this.#loaded = undefined;
      return { status: 'load', message: thrown.message };
    }
  }

  /** Nominal values first: a library whose first circuit is refused may not recover. */
  #loadNominal(program: Program): void {
    const text = program.circuits.text(0, program.nominal);
    const refusal = this.#loadText(program, 0, text);
    if (refusal) throw refusal;
    if (this.#verified.has(0)) return;
    verifyTargets(proberOf(this.#living()), program, program.nominal);
    this.#verified.add(0);
  }

  #loadText(program: Program, circuit: number, text: string): SpiceLabError | undefined {
    const library = this.#living();
    // with none loaded, a circuit that is refused cannot leave the one before it to be simulated in its place
    if (this.#hasCircuit) library.command('remcirc');
    this.#loaded = undefined;
    library.dropMessages();
    library.circuit(text.replace(/\s+$/, '').split(/\r?\n/));
    const refusal = loadFailure(library.takeMessages(), { ...program.plan.circuits[circuit]!, text });
    this.#hasCircuit = true;
    if (refusal) return refusal;
    if (library.ended) return new SpiceLabError('ENGINE_LOAD', 'the simulator gave up on the circuit');
    if (program.save !== undefined) library.command(program.save);
    library.dropMessages();
    this.#loaded = text;
    return undefined;
  }

  #living(): Library {
    if (!this.#library)
      throw new SpiceLabError('ENGINE_FAILED', 'the engine is closed', { remedy: 'Start another worker.' });
    return this.#library;
  }

  #restart(): void {
    this.#library?.close();
    this.#library = undefined;
    this.#hasCircuit = false;
    this.#loaded = undefined;
    this.#library = this.#open();
  }
}

function proberOf(library: Library): Prober {
  return {
    tell(command) {
      library.dropMessages();
      library.command(command);
      return library.alarmed ? library.takeMessages() : [];
    },
    read: (probe) => library.vectors.readNumber(probe),
  };
}

function where(error: SpiceLabError): string {
  const { place } = error;
  return place
    ? `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ${error.message}`
    : error.message;
}
