/**
 * Loaded by Electron before the application that Playwright drives: the application is ready, and opens its first window, only
 * once Playwright is attached, which it says by calling `__playwright_run`. A window that opens while Playwright is attaching is
 * one that it may wait for until its time is over. Playwright's own loader does the same, but it also sets switches, some of
 * which a product that is looked at has to be without (another store for passwords, features switched off).
 */
'use strict';

const { app } = require('electron');

// What starts the runtime is not the application's command line.
process.argv.splice(process.argv.indexOf('-r'), 2);

let attached;
const attach = new Promise((resolve) => {
  attached = resolve;
});
const whenReady = app.whenReady.bind(app);
app.whenReady = async () => {
  await attach;
  return whenReady();
};
globalThis.__playwright_run = () => attached();
