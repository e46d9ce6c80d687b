import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../../errors/index.ts';
import type { Line } from '../flatten.ts';
import { translateDialects } from './translate.ts';

const place = (line: Line) => ({ file: 'deck.cir', line: line.line });
const read = (text: string) =>
  translateDialects(
    text
      .trim()
      .split('\n')
      .map((line, i) => ({ text: line.trim(), source: 0, line: i + 1 })),
    place,
  );
const texts = (deck: string): string[] => read(deck).lines.map(({ text }) => text);

describe('DEV and LOT of a PSpice model', () => {
  it('multiply the value of each resistor, DEV by a draw of its own and LOT by one for all', () => {
    expect(
      texts(`
        R1 1 2 rx 1k
        R2 2 0 rx {rval}
        .model rx RES (R=1 DEV=5% LOT/GAUSS 10%)`),
    ).toEqual([
      '.param r1_r_dev={pspice_dev_uniform(0.05)}',
      'R1 1 2 rx {1000*((1+r1_r_dev+rx_r_lot))}',
      '.param r2_r_dev={pspice_dev_uniform(0.05)}',
      'R2 2 0 rx {(rval)*((1+r2_r_dev+rx_r_lot))}',
      '.param rx_r_lot={pspice_lot_gauss(0.1)}',
      '.model rx r',
    ]);
  });

  it('are absolute without a percent sign, and multiply a base that is not 1', () => {
    expect(texts('R1 1 0 rx 2\n.model rx RES R=1.5 DEV .1')).toContain('R1 1 0 rx {2*(1.5+r1_r_dev)}');
  });

  it('give each transistor a model of its own where DEV says so, and one for all where only LOT does', () => {
    expect(
      texts(`
        Q1 1 2 0 qa
        Q2 1 2 0 qb
        .model qa npn(is=1e-15 BF=100 DEV=50% LOT=5%)
        .model qb npn(BF=100 LOT=5%)`),
    ).toEqual([
      '.param q1_bf_dev={pspice_dev_uniform(0.5)}',
      '.model qa__q1 npn (is=1e-15 bf={100*(1+q1_bf_dev+qa_bf_lot)})',
      'Q1 1 2 0 qa__q1',
      'Q2 1 2 0 qb',
      '.param qa_bf_lot={pspice_lot_uniform(0.05)}',
      '.model qa npn (is=1e-15 bf={100*(1+qa_bf_lot)})',
      '.param qb_bf_lot={pspice_lot_uniform(0.05)}',
      '.model qb npn (bf={100*(1+qb_bf_lot)})',
    ]);
  });

  it('draw DEV inside a subcircuit, so for each of its instances, and LOT outside, so for all of them', () => {
    const lines = texts(`
      .subckt cell a
      C1 a 0 cx 1u
      .model cx CAP (C=1 DEV=1% LOT=2%)
      .ends`);
    expect(lines).toEqual([
      '.param cx_c_lot={pspice_lot_uniform(0.02)}',
      '.subckt cell a',
      '.param c1_c_dev={pspice_dev_uniform(0.01)}',
      'C1 a 0 cx {0.000001*((1+c1_c_dev+cx_c_lot))}',
      '.model cx c',
      '.ends',
    ]);
  });

  it('share one random number where their number to track by is the same', () => {
    const lines = texts(`
      R1 1 0 ra 1k
      R2 1 0 rb 1k
      D1 1 0 dx
      .model ra RES (R=1 LOT/1=10%)
      .model rb RES (R=1 LOT/1=20%)
      .model dx D (IS=1e-14 DEV/2/GAUSS=3% RS=1 DEV/2/GAUSS=0.1)`);
    expect(lines.filter((text) => text.startsWith('.param'))).toEqual([
      '.param d1_dev_2={pspice_dev_gauss(1)}',
      '.param lot_1={pspice_lot_uniform(1)}',
    ]);
    expect(lines).toContain('R2 1 0 rb {1000*((1+0.2*lot_1))}');
    expect(lines).toContain('.model dx__d1 d (is={1e-14*(1+0.03*d1_dev_2)} rs={1+0.1*d1_dev_2})');
  });

  it('copy every bin of a binned model, so that geometry still selects one', () => {
    const lines = texts(`
      M1 d g 0 0 nm w=1u l=1u
      .model nm.1 nmos (level=8 vth0=0.4 DEV=1% lmin=0 lmax=2u)
      .model nm.2 nmos (level=8 vth0=0.5 lmin=2u lmax=9u)`);
    expect(lines).toContain('M1 d g 0 0 nm__m1 w=1u l=1u');
    expect(lines).toContain('.model nm__m1.1 nmos (level=8 vth0={0.4*(1+m1_vth0_dev)} lmin=0 lmax=2u)');
    expect(lines).toContain('.model nm__m1.2 nmos (level=8 vth0=0.5 lmin=2u lmax=9u)');
  });

  it('keep to names that the deck does not use itself', () => {
    expect(texts('.param r1_r_dev=3\nR1 1 0 rx 1k\n.model rx RES (R=1 DEV=5%)')).toContain(
      '.param r1_r_dev_={pspice_dev_uniform(0.05)}',
    );
  });

  it('take over what a model that is a kind of another has not changed', () => {
    expect(
      texts('Q1 1 2 0 qx\n.model qb npn (bf=200 lot=10% is=1e-15)\n.model qx ako:qb npn (is=2e-15)'),
    ).toContain('.model qx npn (bf={200*(1+qx_bf_lot)} is=2e-15)');
  });

  it('come from distributions of the deck, the usual one among them', () => {
    const lines = texts(`
      R1 1 0 ra 1k
      R2 1 0 rb 1k
      .model ra RES (R=1 DEV=5%)
      .model rb RES (R=1 DEV/uniform=5%)
      .distribution tent (-1,0) (0,1) (1,0)
      .options reltol=1e-4 distribution=tent`);
    expect(lines).toContain('.param r1_r_dev={pspice_dev_corners(0.05,-1,0,0,1,1,0)}');
    expect(lines).toContain('.param r2_r_dev={pspice_dev_uniform(0.05)}');
    expect(lines.at(-1)).toBe('.options reltol=1e-4');
  });

  it('may be expressions', () => {
    const lines = texts('.param tol=5\nR1 1 0 rx 1k\n.model rx RES (R=1 DEV={tol}%)');
    expect(lines).toContain('.param r1_r_dev={pspice_dev_uniform(1)}');
    expect(lines).toContain('R1 1 0 rx {1000*((1+(tol)/100*r1_r_dev))}');
  });

  it('keep the place of the line that they come from', () => {
    const { lines } = read('R1 1 0 rx 1k\n.model rx RES (R=1 DEV=5%)');
    expect(lines.map(({ line }) => line)).toEqual([1, 1, 2]);
  });

  it('leave decks of ngspice as they are, line for line', () => {
    const deck = [
      '.model lot nmos (level=8)',
      'M1 1 2 0 0 lot',
      '.model rx r (r=2)',
      '.param dev = 5 lot = 3',
    ];
    const lines = deck.map((text, i) => ({ text, source: 0, line: i + 1 }));
    const translated = translateDialects(lines, place);
    expect(translated.warnings).toEqual([]);
    for (const [i, line] of translated.lines.entries()) expect(line).toBe(lines[i]);
  });
});

describe('a wrong tolerance', () => {
  const failure = (deck: string): SpiceLabError => {
    try {
      read(deck);
    } catch (thrown) {
      if (thrown instanceof SpiceLabError) return thrown;
    }
    throw new Error('the deck was taken');
  };

  it.each([
    ['.model rx RES (R=1 DEV)', 'DECK_SYNTAX', 'DEV has no value'],
    ['.model rx RES (R=1 DEV= LOT=5%)', 'DECK_SYNTAX', 'DEV has no value'],
    ['.model rx RES (DEV=5% R=1)', 'DECK_SYNTAX', 'DEV follows no parameter of the model'],
    ['.model rx RES (R=1 DEV=-5%)', 'DISTRIBUTION_INVALID', 'DEV is -5, below zero'],
    ['.model rx RES (R=1 DEV/gaus=5%)', 'DISTRIBUTION_INVALID', 'DEV/gaus: there is no distribution "gaus"'],
    ['.model rx RES (R=1 LOT/123=5%)', 'DISTRIBUTION_INVALID', 'LOT/123: there is no distribution "123"'],
    [
      '.model rx RES (R=1 LOT/1=5% TC1=1 LOT/1/GAUSS=1%)',
      'DISTRIBUTION_INVALID',
      'LOT/1 is used with two distributions',
    ],
    ['.model rx ako:ry (R=1)', 'MODEL_UNDEFINED', 'rx is a kind of "ry", which is not defined'],
    [
      '.distribution d (-1,1) (1)',
      'DISTRIBUTION_INVALID',
      'the distribution d is not made of two pairs or more',
    ],
    ['.distribution d (-2,1) (1,1)', 'DISTRIBUTION_INVALID', 'the distribution d has a deviation of -2'],
    [
      '.distribution d (0,1) (-1,1)',
      'DISTRIBUTION_INVALID',
      'the distribution d falls back to a deviation of -1',
    ],
    ['.distribution d (-1,0) (1,0)', 'DISTRIBUTION_INVALID', 'the distribution d has no area'],
  ])('%s is refused with its place and a remedy', (line, code, message) => {
    const error = failure(`R1 1 0 rx 1k\n${line}`);
    expect(error).toMatchObject({ code, message, place: { file: 'deck.cir', line: 2 } });
    expect(error.remedy).toBeTruthy();
  });

  it('is one whose parameter means something else where the device is', () => {
    const error = failure(`
      .model rx RES (R={k} DEV=5%)
      .subckt cell a k=3
      R1 a 0 rx 1k
      .ends`);
    expect(error).toMatchObject({ code: 'DECK_SYNTAX', place: { line: 1 } });
  });
});

describe('any tolerances', () => {
  it('are read or refused with a SpiceLabError', () => {
    const word = fc.constantFrom(
      ...[
        'R=1',
        'dev',
        'DEV=5%',
        'lot/1=3',
        'LOT/GAUSS',
        '=',
        '{x}%',
        '(',
        ')',
        '{',
        "'",
        'dev/',
        '-1',
        '5',
        '%',
        'ako:q',
      ],
      ...['npn', 'RES', 'DEV/2/UNIFORM', 'bf=100', ',', 'lot=1e400', 'dev=nan'],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          expect(texts(`R1 1 0 q 1k\n.model q RES ${words.join(' ')}`).at(-1)).toMatch(/^\.model q r/i);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(SpiceLabError);
          expect((thrown as SpiceLabError).remedy).toBeTruthy();
        }
      }),
    );
  });
});
