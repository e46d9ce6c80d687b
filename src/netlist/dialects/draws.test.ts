import { describe, expect, it } from 'vitest';
import { printExpression } from '../../expression/index.ts';
import { readDeck } from '../deck.ts';
import { evaluateCircuit } from '../values/circuit.ts';

/** The draws of a deck as `$index path.name call(args)`, and what the flattened circuit makes of them. */
async function drawn(...lines: string[]) {
  const deck = await readDeck({ text: ['title', ...lines, '.end'].join('\n'), folder: '.' });
  const { draws, residuals } = evaluateCircuit(
    deck,
    { parameters: new Map(), instances: new Map() },
    { firstDraw: 0 },
  );
  const values = residuals.map((residual) => {
    const { value } = residual;
    if (residual.kind === 'text') return `${residual.what}: ${printExpression(value)}`;
    const owner = residual.kind === 'instance' ? residual.instance.name : residual.model.flatName;
    return `${owner}${'name' in residual.written ? `[${residual.written.name}]` : ''} = ${printExpression(value)}`;
  });
  return {
    draws: draws.map(({ index, instance, name, call, args }) => {
      const path = instance ? `${instance.name}.` : '';
      return `$${index} ${path}${name} ${call}(${args.map(printExpression).join(', ')})`;
    }),
    values,
  };
}

describe('what varies in a PSpice deck', () => {
  it('is one number per device for DEV, subcircuit by subcircuit, and one for all of them for LOT', async () => {
    const { draws, values } = await drawn(
      '.subckt cell a b',
      'R1 a b rx 1k',
      'R2 a b rx 2k',
      '.model rx RES (R=1 DEV=5% LOT/GAUSS=10%)',
      '.ends',
      'X1 1 0 cell',
      'X2 1 0 cell',
    );
    expect(draws).toEqual([
      '$0 rx_r_lot pspice_lot_gauss(0.1)',
      '$1 x1.r1_r_dev pspice_dev_uniform(0.05)',
      '$2 x1.r2_r_dev pspice_dev_uniform(0.05)',
      '$3 x2.r1_r_dev pspice_dev_uniform(0.05)',
      '$4 x2.r2_r_dev pspice_dev_uniform(0.05)',
    ]);
    expect(values).toEqual([
      'x1.r1 = 1000 * (1 + $1 + $0)',
      'x1.r2 = 2000 * (1 + $2 + $0)',
      'x2.r1 = 1000 * (1 + $3 + $0)',
      'x2.r2 = 2000 * (1 + $4 + $0)',
    ]);
  });

  it('is a model of its own for each transistor with DEV', async () => {
    const { draws, values } = await drawn(
      '.subckt pair a b k=2',
      'Q1 a b 0 qx',
      'Q2 a b 0 qx',
      '.model qx NPN (BF={100*k} DEV/1=50% IS=1e-15 DEV/1=10%)',
      '.ends',
      'X1 1 2 pair k=3',
    );
    expect(draws).toEqual(['$0 x1.q1_dev_1 pspice_dev_uniform(1)', '$1 x1.q2_dev_1 pspice_dev_uniform(1)']);
    expect(values).toEqual([
      'x1:qx__q1[bf] = 300 * (1 + 0.5 * $0)',
      'x1:qx__q1[is] = 1e-15 * (1 + 0.1 * $0)',
      'x1:qx__q2[bf] = 300 * (1 + 0.5 * $1)',
      'x1:qx__q2[is] = 1e-15 * (1 + 0.1 * $1)',
    ]);
  });
});

describe('devices of the same name', () => {
  it('vary under the same name, each in its own subcircuit', async () => {
    const { draws, values } = await drawn(
      'R1 1 0 rx 1k',
      '.subckt cell a',
      'R1 a 0 rx 2k',
      '.ends',
      'X1 1 cell',
      '.model rx RES (R=1 DEV=5% TC1=0.01 DEV=1%)',
    );
    expect(draws.map((draw) => draw.split(' ')[1])).toEqual([
      'r1_r_dev',
      'r1_tc1_dev',
      'x1.r1_r_dev',
      'x1.r1_tc1_dev',
    ]);
    expect(values).toEqual([
      'r1 = 1000 * (1 + $0)',
      'rx__r1[tc1] = 0.01 * (1 + $1)',
      'x1.r1 = 2000 * (1 + $2)',
      'x1:rx__r1[tc1] = 0.01 * (1 + $3)',
    ]);
  });
});

describe('what varies in an LTspice deck', () => {
  it('is a .param once however often it is used, and a call of a function each time', async () => {
    const { draws, values } = await drawn(
      '.param y={mc(1,0.02)}',
      '.func utol(nom,tol) {if(run<0, nom, mc(nom,tol))}',
      'R1 1 0 {y*1k}',
      'R2 1 0 {y*2k}',
      'R3 1 0 {utol(1k,0.05)}',
      'R4 1 0 {utol(1k,0.05)}',
      'C1 1 0 {1u*(1+rand(run)/10)}',
      'C2 1 0 {2u*(1+rand(run)/10)}',
      '.step param run -1 100 1',
    );
    expect(draws).toEqual([
      '$0 rand_run rand(100)',
      '$1 y mc(1, 0.02)',
      '$2 r3 mc(1000, 0.05)',
      '$3 r4 mc(1000, 0.05)',
    ]);
    expect(values).toEqual([
      'r1 = $1 * 1000',
      'r2 = $1 * 2000',
      'r3 = $2',
      'r4 = $3',
      'c1 = 0.000001 * (1 + $0 / 10)',
      'c2 = 0.000002 * (1 + $0 / 10)',
    ]);
  });

  it('is drawn by its own gauss, and by ngspice where it has three arguments', async () => {
    const { draws } = await drawn('R1 1 0 {1k*(1+gauss(0.02))}', 'R2 1 0 {gauss(1k,0.06,3)}');
    expect(draws).toEqual(['$0 r1 gauss(0.02)', '$1 r2 gauss(1000, 0.06, 3)']);
  });
});
