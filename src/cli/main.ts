#!/usr/bin/env node
import { spawnAhead } from './spawn-ahead.ts';

// a worker takes as long to start as the command to read itself, so it starts before everything else is imported
const spawned = spawnAhead(process.argv.slice(2));
const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(spawned);
for (const child of spawned) child.kill('SIGKILL');
