// The frame of the made-up provider's pages, as the local Neon Auth of the other generation has it.
// It must not contain scripts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const STYLE = join(import.meta.dirname, '../src/page.css');

export function page(title, main) {
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)} · Local Neon Auth</title>` +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">' +
    `<link rel="stylesheet" href="/local/page.css"></head><body><main>${main}</main></body></html>`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    // No `form-action`: browsers check it against every redirect that follows, and the last one leads to any app.
    'content-security-policy':
      "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  };
  return new Response(html, { headers });
}

export function style() {
  return new Response(readFileSync(STYLE), { headers: { 'content-type': 'text/css; charset=utf-8' } });
}

/** For text and for quoted attribute values. */
export function escape(text) {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
