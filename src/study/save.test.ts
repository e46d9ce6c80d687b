import { describe, expect, it } from 'vitest';
import { readSave } from './save.ts';

describe('vectors to save', () => {
  it.each([
    ['v(out)', ['v(out)']],
    ['v(out), i(v1)', ['v(out)', 'i(v1)']],
    ['tran:v(out),v(in)', ['tran:v(out)', 'tran:v(in)']],
    ['v(a,b),ac: v(out),@m1[id] ,tran2 :v(in)', ['v(a,b)', 'ac:v(out)', 'ac:@m1[id]', 'tran2:v(in)']],
    ['v(out),', ['v(out)']],
  ])('of "%s" may be several, each of the analysis named last', (text, vectors) => {
    expect(readSave(text)).toEqual(vectors);
  });
});
