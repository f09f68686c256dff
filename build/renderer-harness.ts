/**
 * Shows every screen of the windows without the application: bundles the pages, feeds them from fixtures through a
 * stand-in for the preloads, and writes a picture of each scene to `out/ui/`.
 *
 *     npx tsx build/renderer-harness.ts                 every scene, dark
 *     npx tsx build/renderer-harness.ts --look light    in another look: dark, light, contrast, contrast-light, forced
 *     npx tsx build/renderer-harness.ts desk dialog     scenes whose name begins so
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, startBrowser } from './renderer/browser.ts';
import { type Pages, servePages } from './renderer/pages.ts';
import { SCENES, type Scene } from './renderer/scenes.ts';
import { LOOKS, type Look, stage } from './renderer/stage.ts';

const TARGET = resolve(import.meta.dirname, '../out/ui');

function lookNamed(name: string): Look {
  const look = Object.entries(LOOKS).find(([key]) => key === name)?.[1];
  if (look === undefined) throw new Error(`unknown look ${name}; there are ${Object.keys(LOOKS).join(', ')}`);
  return look;
}

async function photograph(browser: Browser, pages: Pages, scene: Scene, look: Look): Promise<void> {
  const page = await stage(browser, pages, scene, look);
  const file = look.name === 'dark' ? `${scene.name}.png` : `${scene.name}.${look.name}.png`;
  await page.waitForTimeout(150);
  await page.screenshot({ path: join(TARGET, file) });
  await page.close();
  process.stdout.write(`out/ui/${file}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { look: { type: 'string', default: 'dark' } },
  });
  const look = lookNamed(values.look);
  const wanted = SCENES.filter(
    (scene) => positionals.length === 0 || positionals.some((start) => scene.name.startsWith(start)),
  );
  mkdirSync(TARGET, { recursive: true });
  const pages = await servePages();
  const browser = await startBrowser();
  try {
    for (const scene of wanted) await photograph(browser, pages, scene, look);
  } finally {
    await browser.close();
    await pages.close();
  }
}

await main();
