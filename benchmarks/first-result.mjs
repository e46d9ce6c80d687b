import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { followSpiceLab, needsBuild, ROOT } from './lib/process.mjs';
import { interleave } from './lib/rounds.mjs';
import { limited, quantity } from './lib/rows.mjs';

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'first-result',
  title: 'The command of the README on the embedded engine, built already: until the first samples are there',
  needs: needsBuild,
  async run(context) {
    const readme = async () => {
      const run = join(context.folder, 'run');
      rmSync(run, { recursive: true, force: true });
      const study = join(ROOT, 'examples/rc-lowpass.study.yaml');
      const began = performance.now();
      const since = () => (performance.now() - began) / 1000;
      let first = Number.NaN;
      await followSpiceLab(['run', study, '--engine', 'wasm', '--out', run, '--json'], (line) => {
        const event = JSON.parse(line);
        if (Number.isNaN(first) && event.type === 'progress' && event.present > 0) first = since();
      });
      return { first, end: since() };
    };
    const { command } = await interleave(context, { command: readme });
    return [
      limited('until the first samples', command.first, 's', '<=', 10),
      quantity('until the answer and its report', command.end, 's'),
    ];
  },
};
