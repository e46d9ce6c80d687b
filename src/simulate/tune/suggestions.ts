import { z } from 'zod';
import { choosePython } from '../../backends/bridge/python.ts';
import { PythonProcess } from '../../backends/bridge/python-process.ts';
import { ERROR_CODES, type ErrorCode, SpiceLabError } from '../../errors/index.ts';
import type { Dimension, Point } from '../../tune/space.ts';

/** A design as a sampler is told of it; `python/spicelab_bridge/suggest/question.py` has the same. */
export interface KnownDesign {
  readonly point: Point;
  /** `early`: from fewer samples than a design can have. */
  readonly state: 'complete' | 'early' | 'running' | 'failed';
  readonly samples: number;
  /** The smaller the better. */
  readonly objectives: readonly number[];
  /** Held where not above 0. */
  readonly constraints: readonly number[];
  readonly generation: number;
}

/** Everything that the next point depends on: the other side keeps nothing. */
export interface SuggestionQuestion {
  readonly sampler: 'tpe' | 'nsga2' | 'cmaes';
  readonly seed: number;
  readonly population: number;
  readonly objectives: number;
  readonly dimensions: readonly Dimension[];
  readonly known: readonly KnownDesign[];
}

const answerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('suggested'), point: z.array(z.number()), generation: z.number().int() }),
  z.object({
    type: z.literal('refused'),
    error: z.object({
      code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      remedy: z.string().optional(),
    }),
  }),
]);
type Answer = z.infer<typeof answerSchema>;
type ToSampler = ({ readonly type: 'suggest' } & SuggestionQuestion) | { readonly type: 'close' };

export interface Suggestion {
  readonly point: readonly number[];
  readonly generation: number;
}

const CLOSE_MILLISECONDS = 1000;

/** Optuna's samplers in a Python process, started with the first question. */
export class Suggestions {
  readonly #python: string;
  #process: PythonProcess<Answer, ToSampler> | undefined;
  #waiting: { resolve(answer: Answer): void; reject(error: SpiceLabError): void } | undefined;

  constructor(python: string | undefined) {
    this.#python = choosePython(python);
  }

  /** One question at a time. @throws SpiceLabError with the line that installs what is missing */
  async ask(question: SuggestionQuestion): Promise<Suggestion> {
    this.#process ??= new PythonProcess<Answer, ToSampler>(this.#python, 'optuna', {}, answerSchema, {
      message: (answer) => this.#answered(answer),
      ended: (why) => this.#ended(why),
    });
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#process!.send({ type: 'suggest', ...question });
    });
    if (answer.type === 'suggested') return answer;
    throw SpiceLabError.fromJSON(answer.error);
  }

  async close(): Promise<void> {
    await this.#process?.close(CLOSE_MILLISECONDS);
    this.#process = undefined;
  }

  #answered(answer: Answer): void {
    this.#waiting?.resolve(answer);
    this.#waiting = undefined;
  }

  /** A process that was ended from outside is started again with the next question. */
  #ended(why: SpiceLabError): void {
    this.#process = undefined;
    this.#waiting?.reject(why);
    this.#waiting = undefined;
  }
}
