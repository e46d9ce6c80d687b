import type { Plan } from '../plan/schema.ts';
import { STATUSES } from '../plan/table.ts';
import { clopperPearson } from '../stats/proportion.ts';
import { countOf, prefixOf } from './coverage.ts';
import type { Digest } from './digest.ts';
import type { LiveEstimate, RuleStatus } from './events.ts';
import type { RunState } from './state.ts';

const WINDOW_SECONDS = 10;

/** Figures that follow a run while it goes, in constant memory. */
export class LiveFigures {
  private rows = 0;
  private readonly passed: number[];
  private readonly marks: { at: number; simulated: number }[] = [];

  constructor(
    private readonly plan: Pick<Plan, 'specs' | 'sampling'>,
    /** Samples per draw: these count as one trial, because they share their random numbers. */
    private readonly points: number,
    private readonly confidence: number,
  ) {
    this.passed = new Array<number>(plan.specs.length + 1).fill(0);
  }

  take(part: Digest): void {
    this.rows += part.end - part.start;
    part.passed.forEach((count, spec) => {
      this.passed[spec]! += count;
    });
  }

  /** Overall first, then each spec where there are several. Clopper & Pearson 1934. */
  estimates(): LiveEstimate[] {
    const { specs, sampling } = this.plan;
    // rows of importance sampling are drawn to fail: their share of passes is no yield
    if (specs.length === 0 || this.rows === 0 || sampling.method === 'importance') return [];
    const names = [...specs.map((spec) => `yield(${spec.name})`), 'yield'];
    const all = names.map((name, at) => ({
      name,
      ...clopperPearson(this.passed[at]! / this.points, this.rows / this.points, this.confidence),
    }));
    return specs.length === 1 ? all.slice(-1) : [all.at(-1)!, ...all.slice(0, -1)];
  }

  /** Samples per second over the last seconds. */
  rate(at: number, simulated: number): number {
    const { marks } = this;
    marks.push({ at, simulated });
    while (marks.length > 2 && marks[1]!.at < at - WINDOW_SECONDS) marks.shift();
    const first = marks[0]!;
    return at > first.at ? (simulated - first.simulated) / (at - first.at) : 0;
  }
}

/** Status word -> rows, as counted by the machine. */
export function statusWords(state: RunState, only: (word: string) => boolean = () => true) {
  const words: Record<string, number> = {};
  STATUSES.forEach((word, code) => {
    const count = state.statuses[code]!;
    if (count > 0 && only(word)) words[word] = count;
  });
  return words;
}

export const presentOf = (state: RunState): number => countOf(state.present);

export function ruleStatus(state: RunState): RuleStatus | undefined {
  const { prefix, settings } = state;
  if (!prefix || !settings.stop) return undefined;
  const { last } = prefix;
  const finite = last !== undefined && Number.isFinite(last.low) && Number.isFinite(last.high);
  return {
    rule: settings.stop.rule.text,
    samples: prefixOf(state.present),
    met: last?.met ?? false,
    ...(finite ? { value: last.value, low: last.low, high: last.high } : {}),
    nextLookAt: prefix.lookAt,
  };
}
