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
import { deckWithCommands, rowCommands, stepFiles } from './deck.ts';
import { type Ending, runDeck } from './process.ts';
import { readResults } from './results.ts';
import { checkAssignments, checkProbes, probeCommands } from './verify.ts';

/** The executable, one process per sample: slow, and works with every ngspice there is. */
export class NgspiceEngine implements Engine {
  readonly identity: EngineIdentity;
  readonly #path: string;
  readonly #seconds: number | undefined;
  #loaded: Program | undefined;

  constructor(path: string, version: string, seconds: number | undefined) {
    this.#path = path;
    this.#seconds = seconds;
    this.identity = { name: 'ngspice', version };
  }

  /** One process loads the circuit at nominal values, two more prove its targets where it has any. */
  async load(plan: Plan): Promise<void> {
    this.#loaded = undefined;
    const program = compileProgram(plan);
    const text = program.circuits.text(0, program.nominal);
    const lines = async (commands: readonly string[]) =>
      withoutVerdict((await this.#run(deckWithCommands(text, commands), [])).lines);
    const refusal = loadFailure(await lines([]), { ...plan.circuits[0]!, text });
    if (refusal) throw refusal;
    const { commands } = program.assigner.assign(program.nominal);
    if (commands.length > 0) checkAssignments(await lines(commands));
    const probes = probeCommands(program, program.nominal);
    if (probes.length > 0) checkProbes(program, await lines(probes));
    this.#loaded = program;
  }

  async run(batch: Batch, report?: ReportProgress): Promise<Table> {
    const loaded = this.#loaded;
    if (!loaded) throw new SpiceLabError('INTERNAL', 'a batch came before its plan');
    const rows = createRows(loaded, batch);
    let done = 0;
    for (const { circuit, text, rows: visited } of loaded.circuits.visits(batch))
      for (const row of visited) {
        report?.(done++, 1, row);
        await this.#row(loaded, { circuit, text, row, values: rowOf(batch, row) }, rows);
        rows.end(row);
      }
    return rows.finish();
  }

  async close(): Promise<void> {
    this.#loaded = undefined;
  }

  async #row(program: Program, sample: Sample, rows: RowsBuilder): Promise<void> {
    const { row, circuit, text } = sample;
    const { commands, refused } = program.assigner.assign(sample.values);
    if (refused !== undefined) {
      rows.fail(row, { status: 'load', message: refused });
      return;
    }
    const steps = stepFiles(program.steps(sample.values));
    const deck = deckWithCommands(text, rowCommands(program, steps, commands));
    const ending = await this.#run(
      deck,
      steps.flatMap(({ files }) => files),
    );
    if (ending.kind === 'timeout')
      rows.fail(row, { status: 'timeout', message: `no result within ${this.#seconds} s` });
    else if (ending.kind === 'killed')
      rows.fail(row, { status: 'crashed', message: 'the simulator was killed or crashed' });
    const refusal = wasLoaded(ending)
      ? undefined
      : loadFailure(withoutVerdict(ending.lines), { ...program.plan.circuits[circuit]!, text });
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

/** An analysis was begun, so the circuit was taken. */
const wasLoaded = ({ lines }: Ending): boolean => lines.some((line) => line.includes('Doing analysis at'));

/** Without what `-b` says of every deck that runs no analysis. */
const withoutVerdict = (lines: readonly string[]): string[] =>
  lines.filter((line) => !/no simulations? run|incomplete or empty netlist/i.test(line));

interface Sample {
  readonly row: number;
  readonly circuit: number;
  readonly text: string;
  readonly values: Float64Array;
}
