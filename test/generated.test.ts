import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartSchema, chartValues, withValuesTable } from '../scripts/chart-values.ts';
import { withFunctionTable } from '../scripts/function-table.ts';
import { studyJsonSchema } from '../src/study/index.ts';

const committed = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

describe('files written by npm run generate', () => {
  it('docs/measurements.md lists the functions that there are', () => {
    const page = committed('docs/measurements.md');
    expect(page).toBe(withFunctionTable(page));
  });

  it('schema/study.schema.json is the schema that studies are read by', () => {
    expect(JSON.parse(committed('schema/study.schema.json'))).toEqual(
      JSON.parse(JSON.stringify(studyJsonSchema())),
    );
  });

  const values = committed('deploy/helm/spicelab/values.yaml');

  it('the page of the chart lists its values', () => {
    const page = committed('deploy/helm/spicelab/README.md');
    expect(page).toBe(withValuesTable(page, values));
  });

  it('the schema of the chart knows its values, and no others', () => {
    expect(JSON.parse(committed('deploy/helm/spicelab/values.schema.json'))).toEqual(chartSchema(values));
    expect(chartValues(values).map(({ path }) => path)).toContain('results.persistence.size');
  });
});
