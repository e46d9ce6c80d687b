import type { Engine, EngineIdentity, ReportProgress } from '../../engine.ts';
import { SpiceLabError } from '../../errors/index.ts';
import type { Batch, Plan, Table } from '../../plan/index.ts';
import {
  compileProgram,
  createRows,
  loadFailure,
  type Program,
  type RowsBuilder,
  rowOf,
} from '../common/index.ts';
import { deckWithCommands, rowCommands, type StepFiles, stepFiles } from './deck.ts';
import { type Ending, runDeck } from './process.ts';
import { readResults } from './results.ts';
import { checkAssignments, checkProbes, probeCommands } from './verify.ts';

interface Loaded {
  readonly program: Program;
  readonly steps: readonly StepFiles[];
}

/** The executable, one process per sample: slow, and works with every ngspice there is. */
export class NgspiceEngine implements Engine {
  readonly identity: EngineIdentity;
  readonly #path: string;
  readonly #seconds: number | undefined;
  #loaded: Loaded | undefined;

  constructor(path: string, version: string, seconds: number | undefined) {
    this.#path = path;
    this.#seconds = seconds;
    this.identity = { name: 'ngspice', version };
  }

  /** One process loads the circuit at nominal values, a second one proves its targets where it has any. */
  async load(plan: Plan): Promise<void> {
    const program = compileProgram(plan);
    const text = program.circuits.text(0, program.nominal);
    const { commands } = program.assigner.assign(program.nominal);
    const { lines } = await this.#run(deckWithCommands(text, commands), []);
    const refusal = loadFailure(lines, { ...plan.circuits[0]!, text });
    checkAssignments(lines);
    if (refusal) throw refusal;
    const probes = probeCommands(program, program.nominal);
    if (probes.length > 0) checkProbes(program, (await this.#run(deckWithCommands(text, probes), [])).lines);
    this.#loaded = { program, steps: stepFiles(program.steps) };
  }

  async run(batch: Batch, report?: ReportProgress): Promise<Table> {
    const loaded = this.#loaded;
    if (!loaded) throw new SpiceLabError('INTERNAL', 'a batch came before its plan');
    const rows = createRows(loaded.program, batch);
    let done = 0;
    for (const { circuit, text, rows: visited } of loaded.program.circuits.visits(batch))
      for (const row of visited) {
        report?.(done++, 1);
        await this.#row(loaded, { circuit, text, row, values: rowOf(batch, row) }, rows);
        rows.end(row);
      }
    return rows.finish();
  }

  async close(): Promise<void> {
    this.#loaded = undefined;
  }

  async #row({ program, steps }: Loaded, sample: Sample, rows: RowsBuilder): Promise<void> {
    const { row, circuit, text } = sample;
    const { commands, refused } = program.assigner.assign(sample.values);
    if (refused !== undefined) {
      rows.fail(row, { status: 'load', message: refused });
      return;
    }
    const deck = deckWithCommands(text, rowCommands(program, steps, commands));
    const ending = await this.#run(
      deck,
      steps.flatMap(({ files }) => files),
    );
    if (ending.kind === 'timeout')
      rows.fail(row, { status: 'timeout', message: `no result within ${this.#seconds} s` });
    else if (ending.kind === 'killed')
      rows.fail(row, { status: 'crashed', message: 'the simulator was killed or crashed' });
    const refusal =
      ending.files.size === 0
        ? loadFailure(ending.lines, { ...program.plan.circuits[circuit]!, text })
        : undefined;
    if (refusal) rows.fail(row, { status: 'load', message: refusal.message });
    readResults(row, ending, steps, rows);
  }

  async #run(deck: string, files: readonly string[]): Promise<Ending> {
    const ending = await runDeck(this.#path, deck, files, this.#seconds);
    if (ending.kind !== 'missing') return ending;
    throw new SpiceLabError('ENGINE_FAILED', `${this.#path} cannot be started any more`, {
      remedy: 'Install ngspice again, or choose another engine.',
    });
  }
}

interface Sample {
  readonly row: number;
  readonly circuit: number;
  readonly text: string;
  readonly values: Float64Array;
}
