import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulate } from '../../src/simulate/index.ts';
import { study } from '../../src/study/index.ts';
import { hasNgspice } from './ngspice.ts';

const FOLLOWER = `Push-pull follower
VCC vcc 0 5
VEE vee 0 -5
VIN in 0 sin(0 1 1k)
VB1 b1 in 0.6
VB2 in b2 0.6
Q1 vcc b1 out qn
Q2 vee b2 out qp
RL out 0 100
.model qn npn is=1e-14 bf=100
.model qp pnp is=1e-14 bf=80
.tran 2u 5m 0 2u
.four 1k v(out)
.end
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spicelab-distortion-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!hasNgspice())('the distortion of a .four line', () => {
  it('is what ngspice itself says of it', async () => {
    const deck = join(folder, 'follower.cir');
    await writeFile(deck, FOLLOWER);
    const said = execFileSync('ngspice', ['-b', deck], { encoding: 'utf8' });
    const [, percent] = /THD: ([\d.]+) %/.exec(said) ?? [];
    const asked = study({ deck: { text: FOLLOWER }, samples: 1 }, folder);
    const { results } = await simulate(asked, { engine: 'wasm', workers: 1, out: join(folder, 'run') });
    const [thd] = await results.column('thd(v(out))');
    expect(Math.abs((100 * thd!) / Number(percent) - 1)).toBeLessThan(0.005);
  });
});
