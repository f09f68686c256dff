/** The policy changes while an analyst works: what she sees of each change, through the real application. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE } from '../../build/site/analysts.ts';
import type { Workstation } from '../../build/site/workstation.ts';
import { checkAuditText } from '../../src/audit/index.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import { signUpdate, updateDocument } from '../../src/cli/policy/update.ts';
import { formatTime, type Policy } from '../../src/policy/index.ts';
import { verifyReport } from '../../src/policy-files/index.ts';
import { openStage, type Stage, signIn } from '../support/electron.ts';
import { shownError } from '../support/journeys.ts';

let stage: Stage;
let client: Client;
let desk: Workstation;
/** Statements of freshness are numbered by the second; so every signature here is made a second later than the last. */
let signatures = 0;
/** Of the last bundle that the client takes, and what it says. */
let sequence = 0;
let inForce: (policy: Policy) => Policy = (policy) => policy;

async function sitDown(): Promise<void> {
  [sequence, signatures] = [10, 0];
  client = await stage.signedIn(ALICE, { policy: { sequence } });
  desk = client.workstation;
}

beforeAll(async () => {
  mkdirSync(join(ROOT, 'out', 'e2e'), { recursive: true });
  stage = await openStage({ name: 'policy-live', users: [ALICE] });
  await sitDown();
});
afterAll(() => stage?.stop());
/** A second try begins at a new desk: what the first has left is nothing to go on from. */
beforeEach(async ({ task }) => {
  if ((task.result?.retryCount ?? 0) === 0) return;
  await sitDown();
  renew(LIVE);
  await page().getByText('SECRET // LIVE').first().waitFor();
});

/** What administrators do: a bundle beside the installed one, renamed into its place. */
function install(numbered: number, change: (policy: Policy) => Policy = (policy) => policy): void {
  const { policy } = desk;
  if (policy === undefined) throw new Error('the desk was not set up by this run');
  signatures += 1;
  const { bytes } = signBundle({
    trustRoot: policy.authority.rootEnvelope,
    roots: [],
    root: policy.root,
    policy: change({ ...policy.policy, sequence: numbered }),
    keys: [...policy.authority.keys.policy, ...policy.authority.keys.freshness],
    freshnessHours: 168,
    partial: false,
    now: Date.now() + signatures * 1000,
  });
  const file = join(desk.root, 'machine', 'policy.bundle');
  writeFileSync(`${file}.new`, bytes, { mode: 0o644 });
  renameSync(`${file}.new`, file);
}

/** The next bundle, with other rules. */
function renew(change: (policy: Policy) => Policy): void {
  sequence += 1;
  inForce = change;
  install(sequence, change);
}

/** The same with an update manifest; `change` comes after the signature. */
function announce(version: string, change: (manifest: Buffer) => Buffer = (manifest) => manifest): void {
  const { policy } = desk;
  if (policy === undefined) throw new Error('the desk was not set up by this run');
  signatures += 1;
  const now = Date.now();
  const { bytes } = signUpdate({
    rootEnvelope: policy.authority.rootEnvelope,
    root: policy.root,
    manifest: updateDocument({
      audience: { org: policy.policy.audience.org },
      sequence: Math.floor(now / 1000) + signatures,
      expires: formatTime(now + 60 * 60_000),
      version,
      installFrom: 'Software Centre, under Sallyport',
      provenance: { author: 'IT', toolVersion: 'test' },
    }),
    keys: policy.authority.keys.policy,
    partial: false,
    now,
  });
  const file = join(desk.root, 'machine', 'update.manifest');
  writeFileSync(`${file}.new`, change(bytes), { mode: 0o644 });
  renameSync(`${file}.new`, file);
}

function withSettings(change: (settings: Policy['settings']) => Partial<Policy['settings']>) {
  return (policy: Policy): Policy => ({
    ...policy,
    settings: { ...policy.settings, ...change(policy.settings) },
  });
}

const withBanner = (text: string) =>
  withSettings(({ classification }) => ({
    classification: { ...classification, banner: { ...classification.banner, text } },
  }));

const LIVE = withBanner('SECRET // LIVE');

const withoutInvitations = withSettings(({ rooms }) => ({ rooms: { ...rooms, invite: false } }));

function audited(prefix = 'policy.'): readonly (readonly [string, unknown])[] {
  const file = join(desk.root, 'user-data', 'audit', 'audit.jsonl');
  const { lines, brokenAt } = checkAuditText(readFileSync(file, 'utf8'));
  expect(brokenAt).toBeUndefined();
  return lines
    .filter(({ event }) => event.startsWith(prefix))
    .map(({ event, detail }) => [event, detail.code ?? detail.version ?? detail.sequence]);
}

const page = () => client.chat.page;
const dialog = () => page().getByRole('dialog', { name: 'Policy of your organisation' });
const picture = (name: string) =>
  page().screenshot({ path: join(ROOT, 'out', 'e2e', `policy-live-${name}.png`) });
const settingRows = () => dialog().getByRole('region', { name: 'Settings' }).locator('tbody tr');

describe('a policy that changes while the analyst is signed in', () => {
  it('is taken live: the banner says the new classification, the session goes on', async () => {
    const before = audited();
    expect(before[0]).toEqual(['policy.activated', 10]);
    renew(LIVE);
    await page().getByText('SECRET // LIVE').first().waitFor();
    await client.chat.online();
    // The window may say it before the log's line is whole.
    await expect.poll(() => audited()).toEqual([...before, ['policy.activated', sequence]]);
    await picture('taken');
  });

  it('is refused by name when it is a replay; the session goes on under the last good one', async () => {
    install(10);
    const strip = page().getByRole('region', { name: 'Policy', exact: true });
    await strip.getByText('ROLLBACK', { exact: true }).waitFor();
    await client.chat.online();
    expect(await page().getByText('SECRET // LIVE').first().isVisible()).toBe(true);
    await strip.getByRole('button', { name: 'Policy' }).click();
    await dialog().getByText('ROLLBACK', { exact: true }).waitFor();
    await dialog().getByText(`sequence ${sequence}`).waitFor();
    await picture('refused');
    await page().keyboard.press('Escape');
    await expect.poll(() => audited().at(-1)).toEqual(['policy.refused', 'ROLLBACK']);
  });

  it('shows no warning any more once the right bundle is in its place', async () => {
    const strip = page().getByRole('region', { name: 'Policy', exact: true });
    install(10);
    await strip.waitFor();
    renew(LIVE);
    await strip.waitFor({ state: 'detached' });
    await client.chat.online();
  });

  it('tells of a newer version that IT has signed, once its setting says so, and of no other', async () => {
    const strip = page().getByRole('region', { name: 'Update' });
    announce('9.1.0');
    const announcing = withSettings(() => ({ updates: { mode: 'notify' } }));
    renew((policy) => announcing(LIVE(policy)));
    await strip.getByText('Version 9.1.0 is available from IT.').waitFor();
    await strip.getByText('Install it from: Software Centre, under Sallyport.').waitFor();
    await picture('update');
    await strip.getByRole('button', { name: 'Dismiss' }).click();
    await strip.waitFor({ state: 'detached' });
    announce('9.2.0', (manifest) =>
      Buffer.from(manifest.toString('utf8').replace('"payload":"', '"payload":"AAAA')),
    );
    await expect.poll(() => audited('update.').at(-1)).toEqual(['update.refused', 'BELOW_THRESHOLD']);
    expect(await strip.count()).toBe(0);
    announce('9.2.0');
    await strip.getByText('Version 9.2.0 is available from IT.').waitFor();
    await expect
      .poll(() => audited('update.').map(([event]) => event))
      .toEqual(['update.announced', 'update.refused', 'update.announced']);
    await client.chat.online();
  });

  it('can be read and searched by keyboard, and nothing on it can be changed', async () => {
    await page().keyboard.press('F2');
    await dialog().waitFor();
    await expect.poll(() => settingRows().count()).toBeGreaterThan(60);
    await page().keyboard.type('classification/banner/text');
    await expect.poll(() => settingRows().count()).toBe(1);
    expect(await settingRows().first().innerText()).toContain('SECRET // LIVE');
    await picture('page');
    expect(await dialog().getByRole('button').allInnerTexts()).toEqual(['', 'Export…']);
    expect(await dialog().getByRole('textbox').count()).toBe(0);
    expect(await dialog().getByRole('searchbox').count()).toBe(1);
    await page().keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  it('is exported for the help desk, signed with the card', async () => {
    const file = join(desk.root, 'user-data', 'report.txt');
    // The save dialog is the desktop's: somebody who picks this file.
    await client.application.evaluate(({ dialog: dialogs }, filePath) => {
      dialogs.showSaveDialog = async () => ({ canceled: false, filePath });
    }, file);
    await page().keyboard.press('F2');
    await dialog().getByRole('button', { name: 'Export…' }).click();
    await dialog().getByText('signed with your card').waitFor();
    await page().keyboard.press('Escape');
    const verdict = verifyReport(readFileSync(file));
    expect(verdict.kind).toBe('signed');
    if (verdict.kind !== 'signed') return;
    expect(verdict.certificate.subject).toContain(desk.commonName);
    expect(verdict.text).toContain(`sequence ${sequence}`);
  });

  it('ends the session with a clear sentence where the session was begun under other rules', async () => {
    renew(withoutInvitations);
    expect(await shownError(client, 'POLICY_CHANGED')).toContain('changed the policy');
    await picture('changed');
    await page().getByRole('button', { name: 'Sign in' }).click();
    await signIn(client);
    await page().keyboard.press('F2');
    await dialog().getByText(`sequence ${sequence}`).waitFor();
    await page().keyboard.press('Escape');
  });

  it('survives the loss of its file: refused by name, working on', async () => {
    rmSync(join(desk.root, 'machine', 'policy.bundle'));
    await page().getByText('ABSENT', { exact: true }).waitFor();
    await client.chat.online();
    renew(inForce);
    await page().getByText('ABSENT', { exact: true }).waitFor({ state: 'detached' });
  });

  it('locks when it expires', async () => {
    const expires = new Date(Date.now() + 15_000).toISOString().replace(/\.\d+Z/, 'Z');
    const rules = inForce;
    renew((policy) => ({ ...rules(policy), expires }));
    await page().getByRole('region', { name: 'Policy expiry' }).waitFor();
    await picture('expiring');
    await client.chat.code('EXPIRED').first().waitFor({ timeout: 60_000 });
    await picture('expired');
    const processes = await client.application.evaluate(({ app }) =>
      app.getAppMetrics().map(({ name, serviceName }) => `${name} ${serviceName}`),
    );
    expect(processes.join()).not.toContain('sallyport');
  });
});
