import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { type Place, SpiceLabError } from '../errors/index.ts';

/** What a study file holds, and where in it. */
export interface StudyData {
  readonly value: unknown;
  readonly placeOf: (keys: readonly PropertyKey[]) => Place;
}

/** Reads YAML, and JSON with it. @throws SpiceLabError STUDY_UNREADABLE with the line */
export function readData(path: string, text: string): StudyData {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const problem = document.errors[0];
  if (problem)
    throw unreadable(
      path,
      problem.message,
      'Check the indentation and quotes of this line.',
      lineAt(problem.pos[0]),
    );
  const placeOf = (keys: readonly PropertyKey[]): Place => {
    for (let length = keys.length; length > 0; length--) {
      const node = nodeAt(document, keys.slice(0, length).map(plainKey));
      if (node?.range) return { file: path, line: lineAt(node.range[0]) };
    }
    return { file: path };
  };
  return { value: toPlain(document, path), placeOf };
}

/** Of an entry of a map its key, which stands on the line that a reader looks for. */
function nodeAt(document: Document, keys: readonly unknown[]): Node | undefined {
  const holder = keys.length > 1 ? document.getIn(keys.slice(0, -1), true) : document.contents;
  const pair = isMap(holder)
    ? holder.items.find(({ key }) => isScalar(key) && String(key.value) === String(keys.at(-1)))
    : undefined;
  const node = pair ? pair.key : document.getIn(keys, true);
  return isNode(node) ? node : undefined;
}

const plainKey = (key: PropertyKey) => (typeof key === 'symbol' ? String(key) : key);

function toPlain(document: { toJS(): unknown }, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw unreadable(
      path,
      cause instanceof Error ? cause.message : String(cause),
      'Write it without aliases.',
    );
  }
}

const unreadable = (file: string, message: string, remedy: string, line?: number) =>
  new SpiceLabError('STUDY_UNREADABLE', message, { place: { file, line }, remedy });
