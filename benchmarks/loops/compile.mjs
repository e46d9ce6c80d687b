/**
 * Compiles a deck once and prints seconds, the plan's bytes and its variables.
 *
 *     node compile.mjs DIST/index.mjs DECK [NAME=MEASUREMENT…]
 */
import { pathToFileURL } from 'node:url';

const [library = '', deck = '', ...measures] = process.argv.slice(2);
const { compileStudy, monteCarlo, planDocument } = await import(pathToFileURL(library).href);
const measure = Object.fromEntries(
  measures.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
);
const began = performance.now();
const { plan } = await compileStudy(monteCarlo({ deck, measure, samples: 1000, seed: 1 }));
const { bytes } = planDocument(plan);
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ seconds, bytes: bytes.length, variables: plan.variables.length }));
