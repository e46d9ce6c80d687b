import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { compileStudy } from '../src/compile/index.ts';
import { planDocument } from '../src/plan/index.ts';
import { loadStudyFile, monteCarlo, studyFromFlags } from '../src/study/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'spicelab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a study compiles to the same plan document from flags, from a file and from the library', async () => {
  const deck = join(folder, 'rc.cir');
  writeFileSync(deck, 'rc\nv1 in 0 ac 1\nr1 in out 1k\nc1 out 0 100n\n.ac dec 10 1 1meg\n.end\n');
  const path = join(folder, 'study.yaml');
  writeFileSync(
    path,
    [
      'deck: rc.cir',
      'vary:',
      '  R1: normal(1k, 1%)',
      '  C1: uniform(5%)',
      'correlate: { "R1,C1": 0.3 }',
      'sweep:',
      '  temp: -40, 27, 125',
      'measure:',
      '  bw: when(vdb(out),-3)',
      'specs: [bw>1.4k]',
      'samples: 200',
      'sampling: lhs',
    ].join('\n'),
  );
  const studies = [
    (await loadStudyFile(path)).study,
    studyFromFlags('mc', deck, {
      vary: ['R1=gauss(1k,1%)', 'C1=flat(tol=5%)'],
      correlate: ['R1,C1=0.3'],
      sweep: ['temp=-40,27,125'],
      measure: ['bw=when(vdb(out),-3)'],
      spec: ['bw>1.4k'],
      samples: '200',
      sampling: 'lhs',
    }),
    monteCarlo(
      {
        deck: 'rc.cir',
        vary: { R1: { distribution: 'normal', nominal: '1k', sigma: '1%' }, C1: 'uniform(5%)' },
        correlate: [
          {
            targets: ['R1', 'C1'],
            matrix: [
              [1, 0.3],
              [0.3, 1],
            ],
          },
        ],
        sweep: { temp: [-40, 27, 125] },
        measure: { bw: 'when(vdb(out),-3)' },
        specs: ['bw>1.4k'],
        samples: 200,
        sampling: 'lhs',
      },
      folder,
    ),
  ];
  const documents = await Promise.all(
    studies.map(async (study) => planDocument((await compileStudy(study)).plan)),
  );
  expect(studies[1]).toEqual(studies[0]);
  expect(studies[2]).toEqual(studies[0]);
  for (const { id, bytes } of documents) {
    expect(id).toBe(documents[0]!.id);
    expect(Buffer.from(bytes).equals(Buffer.from(documents[0]!.bytes))).toBe(true);
  }
});
