/** Brings the chart's table of values and their schema up to date: `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { chartSchema, withValuesTable } from './chart-values.ts';

const chart = new URL('../deploy/helm/spicelab/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, chart), 'utf8');
writeFileSync(new URL('README.md', chart), withValuesTable(read('README.md'), read('values.yaml')));
writeFileSync(
  new URL('values.schema.json', chart),
  `${JSON.stringify(chartSchema(read('values.yaml')), null, 2)}\n`,
);
