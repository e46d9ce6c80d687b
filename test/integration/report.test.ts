import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/report/html.ts';
import { simulate } from '../../src/simulate/index.ts';
import { loadStudyFile, type StudyInput, study } from '../../src/study/index.ts';
import { CHROMIUM, DARK, print, view } from './chromium.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
if (!CHROMIUM) console.log('SKIPPED: there is no Chromium here to open reports with');

const HOSTILE = '</script><script>alert(1)</script><img src=https://spicelab.invalid/x onerror=alert(2)>"&\'';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spicelab-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a study and writes its report. */
async function reportOf(name: string, input: StudyInput | string, samples: number) {
  const asked = typeof input === 'string' ? (await loadStudyFile(input)).study : study(input, EXAMPLES);
  const options = { engine: 'wasm', workers: 1, out: join(folder, name) };
  const { results, answers } = await simulate({ ...asked, samples }, options);
  const path = join(folder, `${name.replaceAll(/\W/g, '')}.html`);
  const html = await htmlReport(results, answers, 'test');
  await writeFile(path, html);
  return { path, html, answers };
}

const headings = (dom: string): string[] =>
  [...dom.matchAll(/<h2[^>]*>(.*?)<\/h2>/gs)].map((match) => match[1]!);
const textOf = (dom: string): string =>
  dom
    .slice(dom.indexOf('<main'), dom.indexOf('</main>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const drawings = (dom: string): number => [...dom.matchAll(/<svg[^>]*aria-label/g)].length;

/** Opens a report light, and dark without its own ban on requests so that any attempt shows; prints it. Its document. */
async function looksWell(path: string, html: string): Promise<string> {
  const open = path.replace('.html', '-open.html');
  await writeFile(open, html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''));
  const light = await view(path);
  const dark = await view(open, DARK);
  for (const { console, requests } of [light, dark])
    expect({ console, requests }).toEqual({ console: [], requests: [] });
  const pdf = (await print(path, path.replace('.html', '.pdf'))).toString('latin1');
  expect(pdf).toMatch(/^%PDF-/);
  expect([...pdf.matchAll(/\/Type\s*\/Page\b/g)].length).toBeGreaterThan(0);
  return light.dom;
}

describe.skipIf(!CHROMIUM)('reports in a browser', () => {
  it('the watch over requests and errors sees them where there are some', async () => {
    const page = join(folder, 'planted.html');
    await writeFile(page, '<img src="https://spicelab.invalid/x.png"><script>nowhere()</script>');
    const { console, requests } = await view(page);
    expect(requests).toEqual(['https://spicelab.invalid/x.png']);
    expect(console.join()).toContain('nowhere is not defined');
  });

  it('of a Monte Carlo over corners: yield, points, distributions, contributors, worst samples', async () => {
    const { path, html, answers } = await reportOf('ota', join(EXAMPLES, 'ota.study.yaml'), 32);
    const dom = await looksWell(path, html);
    expect(headings(dom)).toEqual([
      'Yield',
      'Over the points',
      'offset',
      'supply',
      'What it depends on',
      'Samples to look at',
      'What ran',
    ]);
    const overall = answers.all.yields.at(-1)!.failuresCounted;
    expect(textOf(dom)).toContain(`${(overall.value * 100).toFixed(2)} %`);
    expect(textOf(dom)).toContain(`${overall.passed} of ${overall.of}`);
    for (const text of ['corner=slow', 'wasm 45.2', 'M1.delvto', '95 % interval', 'scrambled Sobol'])
      expect(textOf(dom)).toContain(text);
    expect(drawings(dom)).toBeGreaterThanOrEqual(8);
  });

  it('of a sweep: curves and waveforms, and nothing about chance', async () => {
    const { path, html } = await reportOf('crystal', join(EXAMPLES, 'crystal-filter.study.yaml'), 1);
    const dom = await looksWell(path, html);
    expect(headings(dom)).toEqual(['Sweep', 'Waveforms', 'Samples to look at', 'What ran']);
    expect(drawings(dom)).toBe(4);
    expect(textOf(dom)).toContain('10.005 MHz');
    expect(textOf(dom)).not.toMatch(/seed|interval|NaN|undefined/);
  });

  it('of a run with failed samples: how many, why, and the yield counted both ways', async () => {
    const { path, html } = await reportOf(
      'failed',
      {
        deck: 'rc-lowpass.cir',
        vary: { R1: 'discrete(1k, 10meg)', C1: 'normal(5%)' },
        measure: { bw: 'when(vdb(out), -3)' },
        specs: ['bw > 1k'],
      },
      40,
    );
    const text = textOf(await looksWell(path, html));
    expect(text).toMatch(/\d+ measurement/);
    expect(text).toContain('never crosses -3 dB');
    expect(text).toContain('without failed samples');
    expect(text).toContain('100.00 %');
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it('shows names that look like HTML as they are', async () => {
    const out = `${HOSTILE.replaceAll('/', '_')}`;
    await mkdir(join(folder, out));
    const { path, html } = await reportOf(
      out,
      {
        title: HOSTILE,
        deck: { text: `${HOSTILE}\nV1 in 0 1\nR1 in out 1k\nR2 out 0 1k\n.op\n.end\n` },
        vary: { R1: 'normal(1%)' },
        measure: { '<b>bold</b>': { expression: 'v(out)', unit: '<i>V</i>' } },
        specs: { 'v(out)': { low: '0.4', name: '<u>spec</u>' } },
      },
      10,
    );
    const dom = await looksWell(path, html);
    expect(dom).not.toMatch(/<(img|b|i|u)[ >]/);
    expect(headings(dom)).toContain('&lt;b&gt;bold&lt;/b&gt;');
    expect(textOf(dom)).toContain('&lt;img src=https://spicelab.invalid/x onerror=alert(2)&gt;');
  });
});
