/** The indexes of a Job's status, `1,3-5,7`. */
export function readIndexes(text: string | undefined): number[] {
  const indexes: number[] = [];
  for (const piece of text?.split(',') ?? []) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(piece.trim()) ?? [];
    for (let index = Number(first); index <= Number(last); index++) indexes.push(index);
  }
  return indexes;
}
