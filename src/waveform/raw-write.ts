import { SpiceLabError } from '../errors/index.ts';
import type { RawPlot } from './raw-types.ts';

/** Plots as one binary raw file, which ngspice loads with `load FILE`. @throws SpiceLabError FILE_FAILED */
export function writeRaw(plots: readonly RawPlot[]): Uint8Array {
  const chunks = plots.flatMap((plot) => [encode(`${header(plot)}Binary:\n`), binaryValues(plot)]);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The same as an ASCII raw file, every figure with all its digits. @throws SpiceLabError FILE_FAILED */
export function writeRawAscii(plots: readonly RawPlot[]): Uint8Array {
  return encode(plots.map((plot) => `${header(plot)}Values:\n${asciiValues(plot)}`).join(''));
}

function isComplex(plot: RawPlot): boolean {
  return plot.variables.some(({ vector }) => vector.im !== undefined);
}

function pointsOf(plot: RawPlot): number {
  const points = plot.variables[0]?.vector.re.length ?? 0;
  for (const { name, vector } of plot.variables) {
    const whole = vector.re.length === points && (vector.im?.length ?? points) === points;
    if (!whole || !/^\S+$/.test(name)) {
      throw new SpiceLabError('FILE_FAILED', `"${name}" does not fit into the raw file of "${plot.name}"`, {
        remedy: 'Save vectors of one length, with names without blanks.',
      });
    }
  }
  return points;
}

function header(plot: RawPlot): string {
  const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const variables = plot.variables.map(
    ({ name, type }, k) => `\t${k}\t${name}\t${oneLine(type) || 'notype'}\n`,
  );
  return [
    `Title: ${oneLine(plot.title)}\n`,
    `Date: ${oneLine(plot.date)}\n`,
    `Plotname: ${oneLine(plot.name)}\n`,
    `Flags: ${isComplex(plot) ? 'complex' : 'real'}\n`,
    `No. Variables: ${plot.variables.length}\n`,
    `No. Points: ${pointsOf(plot)}\n`,
    'Variables:\n',
    ...variables,
  ].join('');
}

function binaryValues(plot: RawPlot): Uint8Array {
  const points = pointsOf(plot);
  const complex = isComplex(plot);
  const view = new DataView(new ArrayBuffer(points * plot.variables.length * (complex ? 16 : 8)));
  let at = 0;
  for (let k = 0; k < points; k++) {
    for (const { vector } of plot.variables) {
      view.setFloat64(at, vector.re[k]!, true);
      at += 8;
      if (complex) {
        view.setFloat64(at, vector.im?.[k] ?? 0, true);
        at += 8;
      }
    }
  }
  return new Uint8Array(view.buffer);
}

function asciiValues(plot: RawPlot): string {
  const complex = isComplex(plot);
  const lines: string[] = [];
  for (let k = 0; k < pointsOf(plot); k++) {
    plot.variables.forEach(({ vector }, index) => {
      const re = figure(vector.re[k]!);
      const value = complex ? `${re},${figure(vector.im?.[k] ?? 0)}` : re;
      lines.push(index === 0 ? ` ${k}\t${value}\n` : `\t${value}\n`);
    });
  }
  return lines.join('');
}

function figure(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return Object.is(value, -0) ? '-0' : value.toExponential();
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
