// Between Node's messages and the Fetch standard's, which better-auth speaks; and JSON answers.
// It must change nothing on the way.

/** The whole request; its address is made from our own origin, never from the header `Host` or from two slashes. */
export async function receive(incoming, origin) {
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at], incoming.rawHeaders[at + 1]);
  }
  // Neon's front sees who calls, and better-auth limits by this header.
  headers.set('x-forwarded-for', incoming.socket.remoteAddress);
  const parts = [];
  for await (const part of incoming) parts.push(part);
  const hasBody = !['GET', 'HEAD'].includes(incoming.method);
  const body = hasBody && parts.length > 0 ? Buffer.concat(parts) : undefined;
  return new Request(origin + incoming.url, { method: incoming.method, headers, body });
}

export async function send(response, outgoing) {
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie');
  const cookies = response.headers.getSetCookie();
  for (const [name, value] of headers) outgoing.setHeader(name, value);
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  outgoing.writeHead(response.status);
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

export function json(body, init) {
  return Response.json(body, init);
}

/** The shape of most errors. */
export function fail(status, message, code) {
  return json({ message, code }, { status });
}

/** The same response with other headers. */
export function withHeaders(response, change) {
  const headers = new Headers(response.headers);
  change(headers);
  return new Response(response.body, { status: response.status, headers });
}

/** The same request with other headers. */
export function asking(request, url, change) {
  const headers = new Headers(request.headers);
  change(headers);
  return new Request(url, { method: request.method, headers });
}
