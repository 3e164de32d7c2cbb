// Prints what a page with an island, and one without, makes the browser load: raw and compressed with Brotli. Fails when
// that is more than what was measured last, by more than a twentieth: then it is time to look, or to write it down here.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/** Bytes, Brotli. How each came about is in docs/performance.md. */
const MEASURED = { css: 4_800, island: 110_200 };
const MARGIN = 1.05;

const folder = join(import.meta.dirname, '../target/site/pkg');
const files = readdirSync(folder).filter((name) => /\.(css|js|wasm)$/.test(name));
const rows = files.map((name) => {
  const content = readFileSync(join(folder, name));
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  return { name, kind: name.split('.').at(-1), raw: content.length, brotli };
});
const sum = (...kinds) => rows.filter((row) => kinds.includes(row.kind)).reduce((total, row) => total + row.brotli, 0);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

for (const { name, raw, brotli } of rows) console.log(`    ${name}: ${kilobytes(raw)} raw, ${kilobytes(brotli)} brotli`);
console.log(`    Read-only pages load ${kilobytes(sum('css'))} of CSS and 0 bytes of wasm.`);
console.log(`    A page with an island loads ${kilobytes(sum('js', 'wasm'))} of wasm and JavaScript besides.`);
for (const [what, bytes] of [['css', sum('css')], ['island', sum('js', 'wasm')]]) {
  const most = MEASURED[what] * MARGIN;
  if (bytes <= most) continue;
  console.error(`    ${what}: ${kilobytes(bytes)} is more than ${kilobytes(most)}, which is what end2end/sizes.mjs allows`);
  process.exitCode = 1;
}
