/** Adds up the JSON reports of several test runs; prints what was skipped and one closing line. Exit code 1 unless all passed. */
import { existsSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
let skipped = 0;
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    console.log(`missing report: ${path}`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8'));
  for (const file of report.testResults) {
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      console.log(`failed to load: ${file.name}`);
      failed += 1;
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') {
        failed += 1;
        console.log(`failed: ${test.fullName}`);
      } else {
        skipped += 1;
        console.log(`skipped: ${test.fullName}`);
      }
    }
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
