/** Brings the function table of `docs/measurements.md` up to date: `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withFunctionTable } from './function-table.ts';

const page = new URL('../docs/measurements.md', import.meta.url);
writeFileSync(page, withFunctionTable(readFileSync(page, 'utf8')));
