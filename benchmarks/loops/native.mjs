/**
 * The bare library in a loop: koffi and libngspice, nothing of SpiceLab. Alters, runs, reads the vectors into arrays.
 *
 *     node native.mjs LIBRARY CIRCUIT.json SAMPLES
 *
 * Prints seconds per sample, the first tenth left out.
 */
import { readFileSync } from 'node:fs';
import koffi from 'koffi';

const [path = '', circuitFile = '', count = ''] = process.argv.slice(2);
const { deck, assignments, command, vectors } = JSON.parse(readFileSync(circuitFile, 'utf8'));
const samples = Number(count);

koffi.config({ sync_stack_size: 8 << 20 });
const library = koffi.load(path);
const tell = library.func('ngSpice_Command', 'int', ['str']);
const info = library.func('ngGet_Vec_Info', 'void *', ['str']);
const copy = koffi.load(null).func('memcpy', 'void *', ['void *', 'void *', 'size_t']);
const failed = koffi.register(
  (/** @type {bigint} */ text) => {
    const line = koffi.decode.string(text);
    if (/^stderr.*error/i.test(line)) console.error(line);
    return 0;
  },
  koffi.pointer(koffi.proto('int Print(void *text, int id, void *user)')),
);
const exited = koffi.register(
  () => 0,
  koffi.pointer(koffi.proto('int Exit(int status, bool now, bool quit, int id, void *user)')),
);
library.func('ngSpice_Init', 'int', Array(7).fill('void *'))(failed, null, exited, null, null, null, null);
// the engine's own settings: without the second, .ac is a third slower, and no comparison of the same calls
tell('set num_threads=1');
tell('set norefvalue');
library.func('ngSpice_Circ', 'int', ['char **'])([...deck.trim().split('\n'), null]);

/** Doubles of a vector, pairs of them where it is complex; offsets are those of `struct vector_info`. */
function read(/** @type {string} */ name) {
  const view = new DataView(koffi.view(info(name), 40));
  const length = view.getInt32(32, true);
  const complex = view.getBigUint64(24, true);
  const doubles = new Float64Array(complex ? 2 * length : length);
  copy(doubles, complex || view.getBigUint64(16, true), doubles.byteLength);
  return doubles;
}

let began = 0;
let sum = 0;
const warm = Math.floor(samples / 10);
for (let k = 0; k < samples; k++) {
  if (k === warm) began = performance.now();
  for (const { alter, values } of assignments) tell(alter + values[k % values.length]);
  tell(command);
  for (const name of vectors) sum += read(name)[0];
  tell('destroy all');
  if (k % 256 === 0) tell(null);
}
if (!Number.isFinite(sum)) throw new Error('a vector was not read');
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 / (samples - warm) }));
process.exit(0);
