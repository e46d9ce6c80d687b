import { describe, expect, it } from 'vitest';
import { reachedLines, type ShakeHints } from './shake.ts';

/** What is left of a circuit, and what is not. */
function shake(circuit: string, hints?: ShakeHints): { kept: string[]; dropped: string[] } {
  const lines = circuit
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const flags = reachedLines(lines, hints);
  return { kept: lines.filter((_, i) => flags[i]), dropped: lines.filter((_, i) => !flags[i]) };
}

const dropped = (circuit: string, hints?: ShakeHints) => shake(circuit, hints).dropped;

describe('a line that nothing reaches leaves the circuit', () => {
  it('models, subcircuits with all that is in them, parameters, functions', () => {
    expect(
      dropped(`
        R1 a 0 {r}
        .param r={s*2}
        .param s=f(3)
        .func f(x)={x+g(x)}
        .func g(y)={y}
        .param unused={alsounused}
        .param alsounused=1
        .func h(x)={x}
        .model dm d
        .subckt amp in out
        R2 in out {own}
        .param own=1
        .model inner nmos
        .ends`),
    ).toEqual([
      '.param unused={alsounused}',
      '.param alsounused=1',
      '.func h(x)={x}',
      '.model dm d',
      '.subckt amp in out',
      'R2 in out {own}',
      '.param own=1',
      '.model inner nmos',
      '.ends',
    ]);
  });
  it('inside a subcircuit that is used', () => {
    expect(
      dropped(`
        X1 a b outer
        .subckt outer p q
        .param w=1 l={k}
        .param spare=2
        M1 p q 0 0 nm w={w}
        .model nm nmos
        .model pm pmos
        .subckt other p
        R1 p 0 1
        .ends
        .ends
        .param k=1`),
    ).toEqual(['.param spare=2', '.model pm pmos', '.subckt other p', 'R1 p 0 1', '.ends']);
  });
  it('parameters that only a subcircuit reads which is gone', () => {
    expect(dropped('R1 a 0 1\n.param p=1\n.subckt s a\nR1 a 0 {p}\n.ends')).toContain('.param p=1');
  });
});

describe('a line stays that something reaches', () => {
  it.each([
    [
      'devices, options and lines of any other kind',
      'R1 a 0 1\n.options reltol=1e-4\n.ic v(a)=1\n.nodeset v(a)=1\n.temp 30\n.global vdd\n.csparam c={1}\n.strange x',
    ],
    ['a model that another is a kind of', 'Q1 a b c q2\n.model q2 ako:q1 npn(bf=50)\n.model q1 npn'],
    ['a model whose name is no word', 'D1 a 0 1N4148-A/x\n.model 1N4148-A/x d'],
    ['a model in capitals', 'D1 a 0 dmod\n.MODEL DMOD D'],
    ['a subcircuit whose name is no word', 'X1 a b LM741/NS\n.subckt LM741/NS a b\nR1 a b 1\n.ends'],
    ['a subcircuit that a parameter names', 'X1 a {kind}\n.param kind="amp"\n.subckt amp a\nR1 a 0 1\n.ends'],
    ['a subcircuit before params:', 'X1 a amp params: g=2\n.subckt amp a params: g=1\nR1 a 0 {g}\n.ends'],
    [
      'a parameter with a dot in its name beside others',
      'R1 a 0 {a.b%c-d}\n.param a.b=1\n.param c=1\n.param d=1',
    ],
    ['a parameter beside digits and letters', "R1 a 0 '2*rr+1k*x1'\n.param rr=1\n.param x1=1"],
    [
      'a parameter in a default of a subcircuit',
      'X1 a s\n.subckt s a w={wd}\nR1 a 0 {w}\n.ends\n.param wd=1',
    ],
    [
      'a parameter that an instance hands over',
      'X1 a s w={wi}\n.subckt s a w=1\nR1 a 0 {w}\n.ends\n.param wi=1',
    ],
    [
      'a parameter of a condition, with every branch',
      '.param a=1\n.param b=2\n.if (a==1)\nR1 a 0 1\n.elseif (b==1)\nR1 a 0 2\n.else\nR1 a 0 3\n.endif',
    ],
    ['a parameter of a model', 'D1 a 0 dm\n.model dm d is={i0}\n.param i0=1f'],
    ['a parameter of an option', 'R1 a 0 1\n.options temp={t}\n.param t=30'],
    ['a parameter of a source', 'B1 a 0 v=v(b)*k1\n.param k1=2\nR1 b 0 1'],
    ['a parameter that is a function', 'R1 a 0 {twice(2)}\n.param twice(x)={2*x}'],
    ['one of several parameters of a line', 'R1 a 0 {b}\n.param a=1 b=2\n+'.replace('\n+', '')],
    [
      'each of several definitions',
      'R1 a 0 {b}\n.param b=1\n.param b=2\nD1 a 0 d1\n.model d1 d\n.model d1 d is=2',
    ],
    ['lines of a .control block', 'R1 a 0 1\n.control\npre_osdi x.osdi\nset k=1\n.endc'],
    ['a code model', 'a1 [~in] [out] inv\n.model inv d_inverter(rise_delay=1n)'],
    ['a model that a model refers to', 'a1 %v(a) %v(b) am\n.model am xfer(table="t" inner=bm)\n.model bm d'],
    ['every bin where no geometry is known', 'M1 a b c d nm\n.model nm.1 nmos\n.model nm.2 nmos'],
    ['a bin that is named itself', 'M1 a b c d nm.2\n.model nm.2 nmos'],
    [
      'a definition inside of a condition',
      'D1 a 0 dm\n.param c=1\n.if (c)\n.model dm d\n.else\n.model dm d is=2\n.endif',
    ],
  ])('%s', (_, circuit) => {
    expect(dropped(circuit)).toEqual([]);
  });
  it('what a condition has no use for goes, its lines stay', () => {
    const { kept } = shake('R1 a 0 1\n.param c=1\n.if (c)\n.model dm d\n.endif');
    expect(kept).toEqual(['R1 a 0 1', '.param c=1', '.if (c)', '.endif']);
  });
  it('.global and .options of a subcircuit that nothing uses, because the simulator obeys them anywhere', () => {
    const { kept } = shake('R1 a vdd 1\n.subckt s a\n.global vdd\n.option reltol=1m\nR1 a 0 1\n.ends');
    expect(kept).toEqual(['R1 a vdd 1', '.global vdd', '.option reltol=1m']);
  });
  it('everything, where conditions and subcircuits overlap', () => {
    expect(dropped('.if (a)\n.subckt s a\n.endif\nR1 a 0 1\n.ends\n.model dm d\nR1 a 0 1')).toEqual([]);
    expect(dropped('.subckt s a\n.if (a)\n.ends\n.endif')).toEqual([]);
    expect(dropped('.param a=1\n.ends')).toEqual([]);
  });
});

describe('what the text does not tell', () => {
  const BINS = 'M1 a b c d nm\n.model nm.1 nmos vth0={v1}\n.model nm.2 nmos\n.param v1=1';
  it('bins that no device can select go, with what only they read', () => {
    expect(dropped(BINS, { selectable: (line) => line === 2 })).toEqual([
      '.model nm.1 nmos vth0={v1}',
      '.param v1=1',
    ]);
  });
  it('a bin that is named in full stays in any case', () => {
    expect(dropped(`M2 a b c d nm.1\n${BINS}`, { selectable: () => false })).toEqual(['.model nm.2 nmos']);
  });
  it('a name that the study sets', () => {
    expect(dropped('R1 a 0 1\n.param p={q}\n.param q=1', { names: ['p'] })).toEqual([]);
  });
  it('a line that the study changes, with the subcircuits around it', () => {
    expect(
      shake('R1 a 0 1\n.subckt s a\n.subckt t a\n.param p={q}\n.ends\n.param q=1\n.model m d\n.ends', {
        lines: [3],
      }).dropped,
    ).toEqual(['.model m d']);
  });
});
