import { splitTop } from './text.ts';

/** `tran:v(out),v(in)` is `tran:v(out)` and `tran:v(in)`: an analysis holds until another one is named. */
export function readSave(text: string): string[] {
  let analysis = '';
  return splitTop(text, ',')
    .filter((vector) => vector !== '')
    .map((vector) => {
      const [, named, alone] = /^([a-z]+\d*\s*:)\s*(.*)$/i.exec(vector) ?? [];
      analysis = named?.replace(/\s/g, '') ?? analysis;
      return analysis + (alone ?? vector);
    });
}
