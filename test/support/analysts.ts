/** Analysts on a throw-away Prosody: there before a file's tests, signed out after each, gone after all. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ProsodyAccount, ProsodyOptions } from '../../build/site/prosody.ts';
import type { XmppClientOptions } from '../../src/xmpp/index.ts';
import { startTestSite, type TestSite, testUser } from './prosody-site.ts';
import { Analyst } from './xmpp-analyst.ts';

export interface Analysts {
  /** There once the tests run. */
  readonly site: TestSite;
  /** Somebody who is signed out after the test, and has not connected yet. */
  analyst(account: string, options?: Partial<XmppClientOptions>): Analyst;
  /** Somebody who is signed in. */
  signIn(account: string, options?: Partial<XmppClientOptions>): Promise<Analyst>;
}

type Person = Pick<ProsodyAccount, 'account' | 'name' | 'listed'>;

/** A site with these people, who have cards and the machine `WS-1`. */
export function analystsAt(people: readonly Person[], kit: Partial<ProsodyOptions> = {}): Analysts {
  let started: TestSite | undefined;
  const analysts: Analyst[] = [];
  const users = people.map(({ account }, index) => testUser(account, index + 1));
  beforeAll(async () => {
    const accounts = people.map((person, index) => ({ ...person, upn: users[index]?.upn ?? '' }));
    started = await startTestSite({
      users,
      epochs: [4],
      prosody: { accounts, machines: [{ kid: 'WS-1' }], ...kit },
    });
  });
  afterEach(async () => {
    await Promise.all(analysts.splice(0).map(({ client }) => client.disconnect()));
  });
  afterAll(() => started?.stop());
  const site = (): TestSite => {
    if (started === undefined) throw new Error('the site is not there yet');
    return started;
  };
  const analyst = (account: string, options?: Partial<XmppClientOptions>): Analyst => {
    const made = new Analyst(site(), account, options);
    analysts.push(made);
    return made;
  };
  return {
    get site() {
      return site();
    },
    analyst,
    signIn: async (account, options) => {
      const made = analyst(account, options);
      await made.connect();
      return made;
    },
  };
}
