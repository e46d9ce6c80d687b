import { z } from 'zod';
import { BATCH_EXIT } from '../../../protocol/index.ts';
import type { TaskState } from '../../batch/index.ts';

/** What `spicelab_bridge.ray.job` prints of its tasks, a line each. */
const lineSchema = z.discriminatedUnion('state', [
  z.object({
    spicelab: z.number().int().nonnegative(),
    state: z.literal('running'),
    worker: z.string(),
    host: z.string(),
  }),
  z.object({
    spicelab: z.number().int().nonnegative(),
    state: z.literal('ended'),
    /** Of the task's process; `null` where Ray lost it. */
    code: z.number().nullable(),
    detail: z.string(),
  }),
]);
export type TaskLine = z.infer<typeof lineSchema>;

const MARK = '{"spicelab":';
const WELL: readonly number[] = [BATCH_EXIT.done, BATCH_EXIT.ended];

/** The last word of each task, index -> line, among whatever else a log holds. */
export function taskLines(log: string): ReadonlyMap<number, TaskLine> {
  const lines = new Map<number, TaskLine>();
  for (const text of log.split('\n')) {
    if (!text.startsWith(MARK)) continue;
    const line = readLine(text);
    if (line) lines.set(line.spicelab, line);
  }
  return lines;
}

/** What a log holds besides. */
export const otherLines = (log: string): string =>
  log
    .split('\n')
    .filter((text) => !text.startsWith(MARK))
    .join('\n')
    .trim();

export function taskState(line: TaskLine): TaskState {
  if (line.state === 'running') return { state: 'running', worker: line.worker, host: line.host };
  const { code, detail } = line;
  if (code !== null && WELL.includes(code)) return { state: 'ended' };
  return { state: 'ended', reason: code !== null && code < 0 ? 'crash' : 'unreachable', detail };
}

/** The last line of a log that is still read may be half a line. */
function readLine(text: string): TaskLine | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
