/** Analysts at their desks, each a client with a window, at a server that a block of tests has for itself. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { LockBinding } from '../../src/lock/index.ts';
import type { ChatDeskOptions } from '../../src/session/chat-desk-options.ts';
import type { ChatCommand } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { DeskWindow } from './desk-window.ts';
import { BINDING, startEjabberdSite } from './ejabberd-site.ts';
import { guardPolicy } from './guard-policy.ts';
import { startTestSite, type TestSite, testUser } from './prosody-site.ts';
import { Analyst, until } from './xmpp-analyst.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)];
const KIT = {
  accounts: USERS.map(({ account, upn }) => ({ account, upn })),
  machines: [{ kid: 'WS-1' }],
};

/** Its name, how it is started with Alice, Bob and Carol, and the channel binding that it can give. */
export type Server = readonly [name: string, start: () => Promise<TestSite>, binding: LockBinding];
export const PROSODY: Server = [
  'Prosody',
  () => startTestSite({ users: USERS, epochs: [4], prosody: KIT }),
  'tls-exporter',
];
export const BOTH_SERVERS: readonly Server[] = [
  PROSODY,
  ['ejabberd', () => startEjabberdSite({ users: USERS, epochs: [4], ejabberd: KIT }), BINDING],
];

let running: { readonly site: TestSite; readonly binding: LockBinding } | undefined;
const desks: TestDesk[] = [];

/** Starts the server for the tests of this block or file; whoever sits at a desk leaves after each test. */
export function withServer([, start, binding]: Server): void {
  beforeAll(async () => {
    running = { site: await start(), binding };
  });
  afterEach(async () => {
    await Promise.all(desks.splice(0).map((desk) => desk.close()));
  });
  afterAll(() => running?.site.stop());
}

function office(): NonNullable<typeof running> {
  if (running === undefined) throw new Error('the site is not there yet');
  return running;
}

/** The site of {@link withServer}, once its tests run. */
export const site = (): TestSite => office().site;

let rooms = 0;
/** A room that no other test has been in. */
export function newRoom(name: string): BareJid {
  rooms += 1;
  return `${name}-${rooms}@${site().server.roomService}` as BareJid;
}

export interface TestDeskOptions {
  /** What the policy has besides. */
  readonly policy?: Parameters<typeof guardPolicy>[2];
  readonly desk?: Partial<ChatDeskOptions>;
}

/** One analyst at a desk. */
export class TestDesk extends Analyst {
  readonly window: DeskWindow;

  constructor(account: string, { policy, desk = {} }: TestDeskOptions = {}) {
    const { site: at, binding } = office();
    const { domain, roomService } = at.server;
    super(at, account, {
      policy: guardPolicy(domain, [roomService], policy),
      lock: { ...at.machine('WS-1', 4), bindings: [binding] },
    });
    this.window = new DeskWindow(this.client, domain, [], undefined, desk);
    desks.push(this);
  }

  /** Signs in, and enters the room if one is named. */
  async begin(room?: BareJid): Promise<this> {
    await this.window.connected((await this.connect()).resumed);
    if (room === undefined) return this;
    await this.does({ type: 'join-room', room });
    await until(`${this.account} in`, () => this.rooms.get(room)?.state === 'joined');
    return this;
  }

  async close(): Promise<void> {
    this.window.desk.close();
    await this.client.disconnect();
  }

  async does(command: ChatCommand): Promise<void> {
    expect(await this.window.command(command)).toMatchObject({ ok: true });
  }

  /** Waits until `shown` gives what is expected; fails with what it gives instead. */
  async sees<Shown>(expected: Shown, shown: () => Shown): Promise<void> {
    try {
      await until('', () => JSON.stringify(shown()) === JSON.stringify(expected));
    } catch {
      expect(shown(), this.account).toEqual(expected);
    }
  }
}
