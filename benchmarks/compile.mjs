import { join } from 'node:path';
import { DIST, needsBuild, ROOT, runProgram, runSpiceLab } from './lib/process.mjs';
import { interleave } from './lib/rounds.mjs';
import { limited, quantity } from './lib/rows.mjs';
import { opamp, otaGf180, otaSky130, place } from './lib/statistical-decks.mjs';

const KILOBYTE = 1000;

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'compile',
  title: 'From a deck on a whole model library to its plan, in a new process',
  needs: needsBuild,
  async run(context) {
    const rows = [];
    for (const { name, deck, most } of [
      { name: 'GF180MCU OTA', deck: otaGf180, most: { seconds: 1, kilobytes: 100 } },
      {
        name: 'GF180MCU op-amp, process and mismatch',
        deck: opamp,
        most: { seconds: 1, kilobytes: undefined },
      },
      { name: 'SKY130 OTA', deck: otaSky130, most: { seconds: 1, kilobytes: undefined } },
    ])
      rows.push(...(await compiled(context, name, deck, most)));
    return rows;
  },
};

/**
 * @param {import('./lib/rows.mjs').Context} context @param {string} name
 * @param {import('./lib/statistical-decks.mjs').StatisticalDeck} deck
 * @param {{ seconds: number, kilobytes: number | undefined }} most
 */
async function compiled(context, name, deck, most) {
  const missing = deck.models.needs();
  if (missing) return [{ what: name, value: `not run: ${missing}` }];
  const file = place(deck, context.folder);
  const loop = join(ROOT, 'benchmarks/loops/compile.mjs');
  const { library, command } = await interleave(context, {
    library: () =>
      JSON.parse(runProgram(process.execPath, [loop, join(DIST, 'index.mjs'), file, ...deck.measure]).stdout),
    command: () => {
      const measure = deck.measure.flatMap((expression) => ['--measure', expression]);
      return { seconds: runSpiceLab(['mc', file, ...measure, '--explain']).seconds };
    },
  });
  const kilobytes = library.bytes.map((bytes) => bytes / KILOBYTE);
  const size = `${name}: the plan`;
  return [
    limited(`${name}: to compile`, library.seconds, 's', '<=', most.seconds),
    quantity(`${name}: the whole command that explains it`, command.seconds, 's'),
    most.kilobytes === undefined
      ? quantity(size, kilobytes, 'kB')
      : limited(size, kilobytes, 'kB', '<=', most.kilobytes),
    quantity(`${name}: variables`, library.variables, ''),
  ];
}
