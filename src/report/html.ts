import { readFile } from 'node:fs/promises';
import { SpiceLabError } from '../errors/index.ts';
import type { Results } from '../run/results.ts';
import type { Answers } from './answers.ts';
import { assetPath } from './asset.ts';
import { collectReport } from './collect.ts';

/**
 * The report as one HTML file: data, style and script inside, nothing is fetched when it is opened.
 * @throws SpiceLabError INTERNAL when the package is incomplete.
 */
export async function htmlReport(results: Results, answers: Answers, version: string): Promise<string> {
  const data = await collectReport(results, answers, version);
  return htmlPage(data.title, data);
}

/** A page that draws itself from its data. @throws SpiceLabError INTERNAL when the package is incomplete */
export async function htmlPage(title: string, data: object): Promise<string> {
  const [script, style] = await Promise.all([asset('report-page.js'), asset('report-page.css')]);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)} – SpiceLab</title>
<style>${style}</style>
</head>
<body>
<main id="report"><noscript>This report draws itself with JavaScript; the numbers are in the run’s Parquet files.</noscript></main>
<script type="application/json" id="data">${embeddedJson(data)}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

/** JSON that cannot end the script element it stands in, whatever names the deck uses. */
const embeddedJson = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c');

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

async function asset(name: string): Promise<string> {
  try {
    return await readFile(assetPath(name), 'utf8');
  } catch (cause) {
    throw new SpiceLabError('INTERNAL', `the package lacks ${name}`, {
      remedy: 'Install spicelab again (in a clone: npm run build).',
      cause,
    });
  }
}
