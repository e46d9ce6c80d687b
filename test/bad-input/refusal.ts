import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Ended, spicelab } from '../command/command.ts';

/** What a refused command has to say: each part of it somewhere on standard error. */
export type Words = readonly (string | RegExp)[];

/** Runs a command that has to be refused as the user's mistake: exit code 2, the words, and no stack trace. */
export async function expectRefusal(folder: string, args: readonly string[], words: Words): Promise<Ended> {
  const ended = await spicelab(folder, ...args);
  expectPlain(ended);
  for (const word of words) expect(ended.stderr).toMatch(word);
  expect(ended.code).toBe(2);
  return ended;
}

/** No defect of SpiceLab, no line of its code: words for a designer. */
export function expectPlain({ stderr }: Ended): void {
  expect(stderr).not.toMatch(/defect of SpiceLab|\[INTERNAL\]|\.mjs:\d|node:internal|undefined|\[object/);
}

/** Writes a deck with a title line, and an `.op` unless it has an analysis. */
export async function writeDeck(folder: string, name: string, lines: readonly string[]): Promise<void> {
  const analysed = lines.some((line) => /^\.(op|ac|tran|dc)\b/.test(line));
  await writeFile(
    join(folder, name),
    ['A deck', ...lines, ...(analysed ? [] : ['.op']), '.end', ''].join('\n'),
  );
}
