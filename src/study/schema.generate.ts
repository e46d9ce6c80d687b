/** Writes `schema/study.schema.json`: `npx jiti src/study/schema.generate.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { studyJsonSchema } from './input.ts';

const target = new URL('../../schema/study.schema.json', import.meta.url);
mkdirSync(new URL('.', target), { recursive: true });
writeFileSync(target, `${JSON.stringify(studyJsonSchema(), null, 2)}\n`);
