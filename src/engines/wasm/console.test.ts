import { beforeAll, describe, expect, it } from 'vitest';
import { type Console, ConsoleEnded, openConsole } from './console.ts';

const RC = 'rc\nv1 in 0 dc 1 ac 1\nr1 in out 1k\nc1 out 0 100n\n.end\n';

describe('console of the embedded ngspice', () => {
  let console: Console;
  beforeAll(async () => {
    console = await openConsole();
  });
  const said = (commands: string[]): string => console.execute(commands).lines().join('\n');
  const load = (text: string): string => {
    console.writeFile('/deck', text);
    return said(['source /deck']);
  };

  it('reads its version from the banner', () => {
    expect(console.version).toBe('45.2');
  });

  it('answers when the commands are done, with what they printed and nothing else', () => {
    load(RC);
    const reply = console.execute(['echo one', 'nonsense', 'echo two']);
    expect(reply.lines(0, 1)).toEqual(['one']);
    expect(reply.lines(1, 2)).toEqual([expect.stringContaining('no such command')]);
    expect(reply.lines(2)).toEqual(['two']);
    expect(reply.lines()).toHaveLength(3);
  });

  it('keeps the loaded circuit from one call to the next', () => {
    load(RC);
    console.execute(['set numdgt=16', 'alter v1 = 3', 'op']);
    expect(said(['print v(out)'])).toContain('v(out) = 3.0000');
  });

  it('takes lines longer than ngspice reads at once', () => {
    const words = Array.from({ length: 3000 }, (_, i) => `w${i}`).join(' ');
    expect(said([`echo ${words}`])).toBe(words);
  });

  it.each([
    ['an undefined parameter', 'x\nv1 1 0 1\nr1 1 0 {nope}\n.end\n', 'Undefined parameter'],
    ['an unknown subcircuit', 'x\nv1 1 0 1\nx1 1 0 nope\n.end\n', 'unknown subckt'],
    ['an unknown model', 'x\nv1 1 0 1\nd1 1 0 nomod\n.end\n', 'could not find a valid modelname'],
    ['an XSPICE device', 'x\nv1 1 0 1\na1 1 2 foo\n.model foo gain(gain=2)\n.end\n', 'unknown device type'],
    ['a missing device node', 'x\nv1 1 0 1\nr1 1\n.end\n', 'not a valid resistor'],
  ])('comes back from a deck with %s, and loads the next', (_, text, message) => {
    expect(load(text)).toContain(message);
    expect(load(RC)).not.toMatch(/error/i);
    expect(said(['op', 'print v(out)'])).toContain('v(out) = 1.0');
  });

  it('comes back from an empty deck', () => {
    load('');
    expect(load(RC)).not.toMatch(/error/i);
  });

  it('comes back from an analysis that does not converge', () => {
    load('loop of sources\nv1 1 0 1\nv2 1 0 2\n.end\n');
    expect(said(['op'])).toContain('singular matrix');
  });

  it('hands over what was written to a file once', () => {
    load(RC);
    const file = console.openFile('/out.raw');
    console.execute(['set appendwrite', 'op', 'write /out.raw v(out)']);
    const first = file.take();
    expect(new TextDecoder().decode(first)).toContain('Plotname: Operating Point');
    expect(file.take()).toHaveLength(0);
    console.execute(['write /out.raw v(out)']);
    expect(file.take()).toEqual(first);
  });

  it('leaves no window behind that other libraries would take for a browser', () => {
    expect('window' in globalThis).toBe(false);
  });

  it.each([
    ['quit', RC, 'quit'],
    ['a missing include', 'x\n.include /nope.inc\nv1 1 0 1\n.end\n', 'op'],
  ])('says that ngspice ended after %s, instead of waiting for ever', async (_, text, command) => {
    const doomed = await openConsole();
    doomed.writeFile('/deck', text);
    const commands = ['source /deck', command];
    expect(() => doomed.execute(commands)).toThrow(ConsoleEnded);
    expect(() => doomed.execute(['echo'])).toThrow(ConsoleEnded);
  });
});
