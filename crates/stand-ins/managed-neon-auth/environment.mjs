// What better-auth reads from the environment as it is loaded: import this before anything of it.
// It must not configure anything else.

// Errors redirect and the origin check works as in production; in `test` both are softer.
process.env.NODE_ENV = 'production';
for (const name of Object.keys(process.env)) {
  if (/^(BETTER_AUTH_|AUTH_SECRET$)/.test(name)) delete process.env[name];
}
