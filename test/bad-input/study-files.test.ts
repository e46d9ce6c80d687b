import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { workFolder } from '../command/command.ts';
import { expectRefusal, type Words } from './refusal.ts';

describe('a mistake in a study file is told with its line', async () => {
  const folder = await workFolder();
  const files: readonly (readonly [string, string, string, Words])[] = [
    [
      'unknown key',
      'a.yaml',
      'deck: rc-lowpass.cir\nvray:\n  R1: normal(1%)\n',
      [/a\.yaml:\d: unknown key "vray"/, 'Did you mean vary'],
    ],
    [
      'broken YAML',
      'b.yaml',
      'deck: rc-lowpass.cir\nvary:\n  R1: normal(1%)\n C1: [1,\n',
      ['b.yaml:4: ', 'indentation'],
    ],
    ['tabs', 'c.yaml', 'deck: rc-lowpass.cir\nvary:\n\tR1: normal(1%)\n', ['c.yaml:3: ', 'Tabs']],
    ['key twice', 'd.yaml', 'deck: rc-lowpass.cir\ndeck: ota.cir\n', ['d.yaml:2: ']],
    [
      'distribution',
      'e.yaml',
      'deck: rc-lowpass.cir\nvary:\n  C1: normal(1%)\n  R1: norml(1%)\n',
      ['e.yaml:4: ', 'Did you mean normal'],
    ],
    [
      'samples',
      'f.yaml',
      'deck: rc-lowpass.cir\nvary:\n  R1: normal(1%)\nsamples: -5\n',
      ['f.yaml:4: ', 'at least 1'],
    ],
    [
      'measurement',
      'g.yaml',
      'deck: rc-lowpass.cir\nmeasure:\n  bw: when(vdb(out),-3\n',
      ['g.yaml:3: ', 'column 17'],
    ],
    ['no map', 'h.yaml', '- a\n- b\n', ['h.yaml: ', 'no map of keys']],
    ['nothing', 'i.yaml', '', ['i.yaml: ', 'no map of keys']],
    [
      'many aliases',
      'j.yaml',
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\ndeck: [*c,*c,*c,*c,*c,*c]\n',
      ['j.yaml', 'aliases'],
    ],
    [
      'key of JSON',
      'k.json',
      '{"deck": "rc-lowpass.cir",\n "smaples": 3}',
      ['k.json:2: ', 'Did you mean samples'],
    ],
    ['module that throws', 'l.ts', "throw new Error('out of luck');", ['l.ts: ', 'out of luck']],
    [
      'module without a study',
      'm.ts',
      'export const x = 1;',
      ['m.ts: ', 'exports no study', 'export default'],
    ],
    ['module that does not parse', 'n.ts', 'export default { deck: ', ['n.ts: ', 'Mend the module']],
    ['ending', 'o.txt', 'deck: rc-lowpass.cir', ['o.txt: ', '.yaml']],
    [
      'missing deck',
      'p.yaml',
      'deck: rc-lowpas.cir\nvary:\n  R1: normal(1%)\n',
      ['no such file', 'Did you mean rc-lowpass.cir'],
    ],
    ['target', 'q.yaml', 'deck: rc-lowpass.cir\nvary:\n  R2: normal(1%)\n', ['nothing named "R2"', 'r1']],
    [
      'spec',
      'r.yaml',
      'deck: rc-lowpass.cir\nvary: {R1: normal(1%)}\nmeasure:\n  bw: when(vdb(out),-3)\nspecs:\n  - bww > 1k\n',
      ['bww', 'Did you mean bw'],
    ],
  ];
  it.each(files)('%s', async (_name, file, text, words) => {
    await writeFile(join(folder, file), text);
    await expectRefusal(folder, ['run', file], words);
  });

  it('no file, a folder, a deck', async () => {
    await expectRefusal(folder, ['run', 'gone.yaml'], ['gone.yaml: ', 'no such file']);
    await expectRefusal(folder, ['run', '.'], ['no study file', '.yaml']);
    await expectRefusal(folder, ['run', 'rc-lowpass.cir'], ['no study file', '.yaml']);
  });
});
