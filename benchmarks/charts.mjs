/**
 * Draws the saved results about clusters, for docs/dask-or-ray.md:
 *
 *     node benchmarks/charts.mjs
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { ROOT } from './lib/process.mjs';

const FOLDER = join(ROOT, 'docs/charts');
const { document } = parseHTML('<html></html>');

/** @typedef {{ readonly what: string, readonly value: string }} Row */

/** Rows whose name matches, with the named groups and the number. @param {string} name @param {RegExp} pattern */
function figures(name, pattern) {
  const file = join(ROOT, `benchmarks/results/${name}.json`);
  if (!existsSync(file)) return [];
  const rows = /** @type {readonly Row[]} */ (JSON.parse(readFileSync(file, 'utf8')).rows ?? []);
  return rows.flatMap(({ what, value }) => {
    const groups = pattern.exec(what)?.groups;
    return groups ? [{ ...groups, value: Number.parseFloat(value.replaceAll(',', '')) }] : [];
  });
}

/** Black on white, so that it can be read in light and dark. @param {string} name @param {Plot.PlotOptions} options */
function draw(name, options) {
  const style = { background: 'white', color: 'black', font: '12px sans-serif', padding: '8px' };
  const chart = Plot.plot({ document, style, width: 640, ...options });
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.svg`);
  writeFileSync(file, `${chart.outerHTML}\n`);
  console.log(relative(ROOT, file));
}

const bars = (/** @type {string} */ unit, /** @type {readonly object[]} */ data) => ({
  marginLeft: 170,
  marginRight: 50,
  marginBottom: 40,
  x: { label: unit, grid: true },
  y: { label: null },
  marks: [
    Plot.barX(data, { x: 'value', y: 'who', fill: '#4269d0', sort: { y: null } }),
    Plot.text(data, { x: 'value', y: 'who', text: 'value', dx: 4, textAnchor: 'start' }),
  ],
});

const trips = figures('round-trip', /^(?<who>.*): there and back$/);
if (trips.length > 0) draw('round-trip', bars('milliseconds, one chunk there and back', trips));

const rates = figures('round-trip', /^(?<who>.*): at once$/);
if (rates.length > 0) draw('chunks-per-second', bars('chunks per second, 2 workers', rates));

const shares = figures('scaling', /^(?<who>\w+), (?<workers>\d+) workers? without cores: occupied$/);
if (shares.length > 0)
  draw('scaling', {
    x: { type: 'log', label: 'workers', ticks: [1, 10, 100], tickFormat: 'd' },
    y: { domain: [0, 1], label: 'share of the time in which workers are occupied', grid: true },
    color: { legend: false },
    marginRight: 60,
    marks: [
      Plot.ruleY([0.95], { stroke: 'black', strokeDasharray: '4 3' }),
      Plot.lineY(shares, { x: (d) => Number(d.workers), y: 'value', stroke: 'who', marker: true }),
      Plot.text(
        shares,
        Plot.selectLast({
          x: (d) => Number(d.workers),
          y: 'value',
          z: 'who',
          text: 'who',
          dx: 8,
          textAnchor: 'start',
        }),
      ),
    ],
  });

const memory = figures('daemons', /^(?<kind>\w+): (?<role>all together)$/).map(({ kind, value }) => ({
  who: kind,
  value,
}));
if (memory.length > 0) draw('memory', bars('megabytes of all processes, 2 workers', memory));
