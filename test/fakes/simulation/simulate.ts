import { SpiceLabError } from '../../../src/errors/index.ts';
import {
  type RunEvent,
  type RunHandle,
  type RunOutcome,
  resumeRun,
  startRun,
} from '../../../src/run/index.ts';
import { type Answer, answerIn, difference, undisturbed } from './answer.ts';
import { deedsOf, PLAN } from './circuit.ts';
import { Fate } from './fate.ts';
import { FaultyBackend, type RunningJob } from './faulty-backend.ts';
import { Disk, FaultyStore } from './faulty-store.ts';
import { checkFigures } from './figures.ts';
import { Ledger, rangeOf } from './ledger.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { VirtualTime } from './virtual-time.ts';

const MOST_SECONDS = 50_000;
const MOST_STEPS = 50_000;
const MOST_SESSIONS = 25;

/** How a simulation went. */
export interface Simulated {
  readonly sessions: number;
  readonly steps: number;
  readonly seconds: number;
}

/** Another session goes on. */
const UNFINISHED = new Set<string>(['interrupted', 'detached']);

type SessionEnd = RunOutcome | SpiceLabError | 'killed';

/**
 * A whole run, from its first session to its answer, by the real code among faults that the seed decides.
 * @throws Error that says what went wrong
 */
export async function simulate(seed: number, tell?: (line: string) => void): Promise<Simulated> {
  return new Simulation(seed, tell).run();
}

class Simulation {
  private readonly fate: Fate;
  private readonly scenario: Scenario;
  private readonly time = new VirtualTime(MOST_SECONDS, MOST_STEPS);
  private readonly disk: Disk;
  private readonly jobs = new Map<string, RunningJob>();
  private readonly blamed = new Set<number>();
  private readonly ledger = new Ledger();
  private readonly living = new Set<number>();
  private sessions = 0;
  private pid = 0;

  constructor(
    seed: number,
    private readonly tell: (line: string) => void = () => undefined,
  ) {
    this.fate = new Fate(seed);
    this.scenario = scenarioOf(this.fate);
    this.disk = new Disk(this.time, this.fate.lag);
    tell?.(JSON.stringify(this.scenario));
  }

  async run(): Promise<Simulated> {
    const { scenario, time } = this;
    const expected = await undisturbed(scenario);
    let { wantedFirst: wanted } = scenario;
    let answer: Answer | undefined;
    while (!answer) {
      if (++this.sessions > MOST_SESSIONS) throw new Error(`not over after ${MOST_SESSIONS} sessions`);
      const end = await this.session(wanted, expected);
      const [complaint] = this.ledger.complaints;
      if (complaint !== undefined) throw new Error(complaint);
      const over = end !== 'killed' && !(end instanceof SpiceLabError) && !UNFINISHED.has(end.kind);
      if (over && wanted === scenario.wanted) answer = await this.answer();
      if (over) wanted = scenario.wanted;
    }
    const wrong = difference(answer, expected);
    if (wrong !== undefined) throw new Error(wrong);
    return { sessions: this.sessions, steps: time.steps, seconds: time.now };
  }

  /** Nothing where a worker of an earlier session left half a part too late to be noticed: another session mends that. */
  private async answer(): Promise<Answer | undefined> {
    try {
      return await answerIn(this.disk.memory);
    } catch (thrown) {
      if (this.disk.torn.size === 0 || spiceLabError(thrown).code !== 'PART_CORRUPT') throw thrown;
      await this.time.run(this.time.sleep(this.disk.lag));
      return undefined;
    }
  }

  /** A coordinator comes, and goes in one way or another. */
  private async session(wanted: number, expected: Answer): Promise<SessionEnd> {
    const { fate, time, disk, ledger, scenario } = this;
    const process = new SimulatedProcess(time, fate, this.living, this.nextProcess());
    ledger.begin(disk.settled('parts/').flatMap((key) => rangeOf(key) ?? []));
    const store = new FaultyStore(disk, process, fate, time, (key) => ledger.written(key));
    const { circuit } = scenario;
    // A session that attaches to jobs hears of what sessions before it blamed.
    const blamed = scenario.detachable ? this.blamed : new Set<number>();
    const setting = { ...scenario, deeds: deedsOf(circuit, scenario.wanted), blamed };
    const backend = new FaultyBackend(setting, disk, process, fate, time, ledger, this.jobs);
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => {
      events.push(event);
      this.tell(`${time.now.toFixed(3)} ${JSON.stringify(event)}`);
    };
    const { until, chunk } = scenario;
    const detach = scenario.detachable && !until && fate.often(30);
    const common = {
      store,
      backend,
      until,
      chunk,
      wanted,
      detach,
      onEvent,
      surroundings: process.surroundings,
    };
    const founded = disk.memory.objects.has('plan.json');
    const handle =
      founded && fate.often(50)
        ? resumeRun(common)
        : startRun({ ...common, plan: PLAN, engine: { name: 'formula', options: {} } });
    const planned = this.planEnding(process, handle);
    const end = await time.run(process.outlives(handle.result.catch(spiceLabError)));
    time.forgetSteps();
    this.tell(`${time.now.toFixed(3)} session ${this.sessions} of process ${process.pid}: ${text(end)}`);
    if (end === 'killed') return end;
    if (process.locksItselfOut) this.living.delete(process.pid);
    process.sessionOver = true;
    if (end instanceof SpiceLabError) {
      if (end.code !== 'STORE_FAILED' || process.faults.length === 0) ledger.complain(text(end));
    } else if (end.kind === 'interrupted' && !planned?.startsWith('interrupt')) {
      ledger.complain('nobody interrupted it');
    }
    if (process.faults.length === 0 && disk.leasesOf(process.pid) > 0) ledger.complain('a lock was left');
    for (const complaint of checkFigures(events, backend, expected)) ledger.complain(complaint);
    return end;
  }

  /** A process that was not killed may go on with another session, or end. */
  private nextProcess(): number {
    const alive = this.living.has(this.pid);
    if (alive && this.fate.often(50)) return this.pid;
    this.living.delete(this.pid);
    return ++this.pid;
  }

  private planEnding(process: SimulatedProcess, handle: RunHandle): string | undefined {
    const { time } = this;
    const ending = this.fate.ending();
    if (!ending) return undefined;
    const at = time.steps + ending.afterSteps;
    if (ending.how === 'kill') time.beforeStep(at, () => process.kill());
    else time.beforeStep(at, () => handle.interrupt());
    if (ending.how === 'interruptTwice') time.beforeStep(at + 5, () => handle.interrupt());
    return ending.how;
  }
}

function spiceLabError(thrown: unknown): SpiceLabError {
  if (thrown instanceof SpiceLabError) return thrown;
  throw thrown;
}

const text = (end: SessionEnd): string =>
  end instanceof SpiceLabError ? `${end.code} ${end.message}` : JSON.stringify(end);
