import { describe, expect, it } from 'vitest';
import { translateDialects } from './translate.ts';

const read = (text: string) => {
  const lines = text
    .trim()
    .split('\n')
    .map((line, i) => ({ text: line.trim(), source: 0, line: i + 1 }));
  const { lines: translated, warnings } = translateDialects(lines, ({ line }) => ({
    file: 'deck.cir',
    line,
  }));
  return {
    texts: translated.map((line) => line.text),
    said: warnings.map(({ message, place }) => `${place?.line}: ${message}`),
  };
};

describe('a deck of LTspice', () => {
  it('says its number of samples by a step that only counts', () => {
    const { texts, said } = read('R1 1 0 {mc(1k,0.05)}\n.step param run 1 1000 1');
    expect(texts).toEqual(['R1 1 0 {mc(1k,0.05)}', '.param run=1000']);
    expect(said).toEqual([
      '2: .step param run 1 1000 1 repeats the simulation 1000 times: -n says how many samples are drawn (-n 1000 for as many)',
    ]);
  });

  it('keeps to its nominal first run apart, which is not one of the samples', () => {
    const { texts } = read(`
      R1 1 0 {utol(1k,0.05)}
      .function utol(nom,tol) {if(run<0, nom, mc(nom,tol))}
      .param run=-1
      .step param run -1 100 1`);
    expect(texts).toEqual([
      'R1 1 0 {utol(1k,0.05)}',
      '.func utol(nom,tol) {ternary_fcn(run<0, nom, mc(nom,tol))}',
      '.param run=100',
    ]);
  });

  it('steps a parameter that the circuit depends on as before', () => {
    for (const step of ['.step param rval 1 10 1', '.step param rval list 1 2']) {
      const deck = ['R1 1 0 {rval*mc(1,0.05)}', step];
      expect(read(deck.join('\n'))).toEqual({ texts: deck, said: [] });
    }
  });

  it('has one rand(run) per sample wherever it stands, and another for another argument', () => {
    const { texts, said } = read(`
      R1 1 0 {1k*(1+0.1*rand(run))}
      R2 1 0 {1k*(1+0.1*rand( RUN ))}
      R3 1 0 {1k*(1+0.1*rand(run+1))}
      R4 1 0 {1k*(1+0.1*random(run))}
      .step param run 1 10 1`);
    expect(texts.slice(0, 7)).toEqual([
      '.param rand_run={rand(run)}',
      '.param rand_run_1={rand(run+1)}',
      '.param random_run={random(run)}',
      'R1 1 0 {1k*(1+0.1*rand_run)}',
      'R2 1 0 {1k*(1+0.1*rand_run)}',
      'R3 1 0 {1k*(1+0.1*rand_run_1)}',
      'R4 1 0 {1k*(1+0.1*random_run)}',
    ]);
    expect(said.at(-1)).toMatch(/^undefined: rand_run=.*each sample draws its own number$/);
  });

  it('leaves noise of a behavioural source and .control blocks alone', () => {
    const deck = [
      'B1 1 0 V=rand(time*1e6)',
      '.backanno',
      '.control',
      'let x = limit(1,2,3)',
      '.endc',
      'R1 1 0 1',
    ];
    expect(read(deck.join('\n')).texts).toEqual(deck);
  });
});

describe('limit of three arguments', () => {
  it('is a clamp, whichever of its limits is the lower, and a notice says what ngspice would do', () => {
    const { texts, said } = read('R1 1 0 {limit(x,2,a*(1+b))}\n.param y=limit(3,4)');
    expect(texts).toEqual(['R1 1 0 {min(max(x,min(2,a*(1+b))),max(2,a*(1+b)))}', '.param y=limit(3,4)']);
    expect(said).toEqual([expect.stringContaining('1: limit(x, low, high) is read as a clamp')]);
  });

  it('is left to the simulator where it is of voltages, and to the deck where it defines its own', () => {
    for (const deck of ['B1 1 0 V=limit(v(a),0,1)', '.func limit(a,b,c) {a+b+c}\nR1 1 0 {limit(1,2,3)}']) {
      expect(read(deck).texts).toEqual(deck.split('\n'));
    }
  });
});

describe('statistical functions of two simulators in one deck', () => {
  it('are named, once', () => {
    const { said } = read('R1 1 0 {mc(1k,0.05)}\nR2 1 0 {agauss(1k,50,3)}\nR3 1 0 {gauss(5)+aunif(1,2)}');
    expect(said).toEqual([
      '2: the deck uses mc(value, tolerance) (LTspice) and agauss(nominal, variation, sigma) (ngspice): each is drawn as its own simulator does',
    ]);
  });
});

describe('a statistical call that no simulator gives a meaning', () => {
  it.each(['agauss(1k,5)', 'aunif(1k)', 'mc(1k)', 'gauss(1,2)', 'limit(1)'])(
    '%s is refused with its place',
    (call) => {
      expect(() => read(`V1 1 0 1\nR1 1 0 {2*${call}}`)).toThrow(
        expect.objectContaining({ code: 'DECK_SYNTAX', place: { file: 'deck.cir', line: 2 } }),
      );
    },
  );

  it('may be defined by the deck, or be of what is simulated', () => {
    const deck = ['.func agauss(a,b) {a+b}', 'R1 1 0 {agauss(1,2)}', 'B1 1 0 V=rand(time,3)+flat(v(1),2)'];
    expect(read(deck.join('\n')).texts).toEqual(deck);
  });
});

describe('lines that ask another simulator for Monte Carlo', () => {
  it('are left out with what to say instead', () => {
    const { texts, said } = read('.mc 50 tran v(out) ymax\n.wcase ac v(out) max\nR1 1 0 1');
    expect(texts).toEqual(['R1 1 0 1']);
    expect(said).toEqual([expect.stringContaining('-n 50 for as many'), expect.stringContaining('--corner')]);
  });
});
