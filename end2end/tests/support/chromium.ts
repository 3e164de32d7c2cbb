// How to start the Chromium of this machine.
import { existsSync } from 'node:fs';
import type { LaunchOptions } from '@playwright/test';

/** The shell is the same engine without a window around it, and takes two thirds of the time. */
const KNOWN = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function chromium(): LaunchOptions {
  const executablePath = process.env.CHROMIUM ?? KNOWN.find((path) => existsSync(path));
  const isRoot = process.getuid?.() === 0;
  return {
    executablePath,
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  };
}
