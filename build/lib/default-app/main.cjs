/**
 * The default application of the development runtime: what Electron's own `default_app.asar` does for
 * `electron [-r FILE]... [SWITCHES] APP`, which the runtime's source does not contain.
 */
'use strict';

const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The files to load first and the application's path, from the command line. */
function readArguments(args) {
  const preload = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index];
    if (argument === '-v' || argument === '--version') {
      console.log(`v${process.versions.electron}`);
      process.exit(0);
    }
    if (argument === '-r' || argument === '--require') {
      index++;
      if (args[index] === undefined) fail('-r needs a file');
      preload.push(path.resolve(args[index]));
    } else if (!argument.startsWith('-')) {
      return { preload, target: path.resolve(argument) };
    }
  }
  return fail('usage: electron [-r FILE]... [SWITCHES] APP');
}

/** Tells Electron the application's name, version and path, as they are in its package.json. */
function introduce(target) {
  const description = path.join(target, 'package.json');
  if (!fs.existsSync(description)) {
    app.setAppPath(path.dirname(target));
    return target;
  }
  const { name, productName, version, desktopName, main } = JSON.parse(fs.readFileSync(description, 'utf8'));
  if (version) app.setVersion(version);
  app.name = productName || name || 'Electron';
  app.setDesktopName(desktopName || `${app.name}.desktop`);
  app.setAppPath(target);
  return path.join(target, main || 'index.js');
}

const { preload, target } = readArguments(process.argv.slice(1));
for (const file of preload) require(file);
if (!fs.existsSync(target)) fail(`Unable to find Electron app at ${target}`);
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
const entry = introduce(target);

// A CommonJS main runs at once, before the ready event. An ES module is imported; it must not await `app.whenReady()` at
// its top level, because ready is emitted only after the main script was loaded.
if (entry.endsWith('.mjs')) import(pathToFileURL(entry).href).catch((error) => fail(error.stack));
else require(entry);
