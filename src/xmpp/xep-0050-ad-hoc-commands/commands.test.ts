/** Ad-hoc commands: what is asked, what is made of the answers, and services that answer something else. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import { ADHOC_LIMITS } from '../../shared/adhoc-contract.ts';
import type { BareJid } from '../../shared/jid.ts';

const SERVER = 'chat.mil' as BareJid;
const NODE = 'http://jabber.org/protocol/commands';
const tick = () => new Promise((resolve) => setImmediate(resolve));
const setUp = () => scriptedExtensions({ commands: true });
const command = (attrs: string, inner = '', node = 'sessions') =>
  `<command xmlns='${NODE}' node='${node}' ${attrs}>${inner}</command>`;
const FORM =
  "<x xmlns='jabber:x:data' type='form'><title>Sessions</title><field var='FORM_TYPE' type='hidden'><value>t</value></field><field var='which' type='text-single' label='Which'><required/></field></x>";
const ACTIONS = "<actions execute='complete'><prev/><next/><complete/></actions>";
const STAGE = command("sessionid='s1' status='executing'", `${ACTIONS}${FORM}`);

describe('the list of commands', () => {
  it('is asked of the service, and holds what it says of itself, each once', async () => {
    const { extensions, sent, answer } = setUp();
    const listed = extensions.adHocCommands.list(SERVER);
    answer(
      `<query xmlns='http://jabber.org/protocol/disco#items' node='${NODE}'>` +
        "<item jid='chat.mil' node='uptime' name='Get\u202e uptime'/><item jid='chat.mil' node='uptime' name='Again'/>" +
        "<item jid='chat.mil' node='nameless'/><item jid='bob@chat.mil' node='x' name='Bob’s'/>" +
        "<item jid='evil.example' node='y' name='Evil'/><item jid='chat.mil' name='No node'/></query>",
    );
    expect(await listed).toEqual([
      { node: 'uptime', name: 'Get uptime' },
      { node: 'nameless', name: 'nameless' },
    ]);
    expect(sent).toEqual([
      `<iq xmlns="jabber:client" type="get" id="id-1" to="chat.mil"><query xmlns="http://jabber.org/protocol/disco#items" node="${NODE}"/></iq>`,
    ]);
  });

  it('ends somewhere', async () => {
    const { extensions, answer } = setUp();
    const listed = extensions.adHocCommands.list(SERVER);
    const items = Array.from(
      { length: 300 },
      (_, at) => `<item jid='chat.mil' node='n${at}' name='N'/>`,
    ).join('');
    answer(`<query xmlns='http://jabber.org/protocol/disco#items' node='${NODE}'>${items}</query>`);
    expect(await listed).toHaveLength(ADHOC_LIMITS.commands);
  });

  it.each(['item-not-found', 'service-unavailable', 'feature-not-implemented'])(
    'is empty where there is none: %s',
    async (condition) => {
      const { extensions, refuse } = setUp();
      const listed = extensions.adHocCommands.list(SERVER);
      refuse(condition);
      expect(await listed).toEqual([]);
    },
  );

  it('is refused in words, and never asked without the policy', async () => {
    const { extensions, refuse } = setUp();
    const listed = extensions.adHocCommands.list(SERVER);
    refuse('forbidden');
    await expect(listed).rejects.toMatchObject({ code: 'ADHOC_FORBIDDEN' });
    const off = scriptedExtensions();
    await expect(off.extensions.adHocCommands.list(SERVER)).rejects.toMatchObject({ code: 'ADHOC_OFF' });
    await expect(off.extensions.adHocCommands.start(SERVER, 'x')).rejects.toMatchObject({
      code: 'ADHOC_OFF',
    });
    expect(off.sent).toEqual([]);
  });
});

describe('a command', () => {
  it('of one stage is over at once, with what it says', async () => {
    const { extensions, sent, answer } = setUp();
    const stage = extensions.adHocCommands.start(SERVER, 'uptime');
    answer(
      command(
        "sessionid='s' status='completed'",
        "<note type='info'>Since Monday</note><note type='odd'>x</note><note/>",
        'uptime',
      ),
    );
    expect(await stage).toEqual({
      status: 'completed',
      notes: [
        { severity: 'info', text: 'Since Monday' },
        { severity: 'info', text: 'x' },
      ],
      steps: [],
    });
    expect(sent).toEqual([
      `<iq xmlns="jabber:client" type="set" id="id-1" to="chat.mil"><command xmlns="${NODE}" node="uptime" action="execute"/></iq>`,
    ]);
  });

  it('of several stages goes on, back and to its end, in the session that the service named', async () => {
    const { extensions, sent, answer } = setUp();
    const { adHocCommands } = extensions;
    const started = adHocCommands.start(SERVER, 'sessions');
    answer(STAGE);
    const first = await started;
    expect(first).toMatchObject({
      status: 'executing',
      steps: ['prev', 'next', 'complete'],
      preset: 'complete',
    });
    expect(first.form?.title).toBe('Sessions');
    const run = first.run ?? '';
    const back = adHocCommands.step(run, 'prev', []);
    answer(STAGE);
    await back;
    expect(sent.at(-1)).toContain(`<command xmlns="${NODE}" node="sessions" sessionid="s1" action="prev"/>`);
    await expect(adHocCommands.step(run, 'next', [])).rejects.toMatchObject({ code: 'ADHOC_FIELD' });
    const next = adHocCommands.step(run, 'next', [{ name: 'which', values: ['desk <1>'] }]);
    await tick();
    expect(sent.at(-1)).toContain(
      `<command xmlns="${NODE}" node="sessions" sessionid="s1" action="next"><x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE"><value>t</value></field><field var="which"><value>desk &lt;1&gt;</value></field></x></command>`,
    );
    answer(command("sessionid='s1' status='completed'", "<note type='warn'>Gone</note>"));
    expect(await next).toEqual({
      status: 'completed',
      notes: [{ severity: 'warn', text: 'Gone' }],
      steps: [],
    });
    await expect(adHocCommands.step(run, 'next', [])).rejects.toMatchObject({ code: 'ADHOC_OVER' });
  });

  it('without a list of ways has one, and one way is preset', async () => {
    const presets = [
      ['', ['complete'], 'complete'],
      ['<actions><next/></actions>', ['next'], 'next'],
      ["<actions execute='prev'><prev/><next/></actions>", ['prev', 'next'], 'prev'],
      ["<actions execute='complete'><next/></actions>", ['next'], 'next'],
      ['<actions/>', [], undefined],
    ] as const;
    for (const [actions, steps, preset] of presets) {
      const { extensions, answer } = setUp();
      const started = extensions.adHocCommands.start(SERVER, 'sessions');
      answer(command("sessionid='s1' status='executing'", actions));
      const stage = await started;
      expect([stage.steps, stage.preset]).toEqual([steps, preset]);
    }
  });

  it('that was filled in wrongly can be corrected', async () => {
    const { extensions, answer, refuse } = setUp();
    const { adHocCommands } = extensions;
    const started = adHocCommands.start(SERVER, 'sessions');
    answer(STAGE);
    const { run = '' } = await started;
    const answers = [{ name: 'which', values: ['x'] }];
    const wrong = adHocCommands.step(run, 'complete', answers);
    await tick();
    refuse('bad-request');
    await expect(wrong).rejects.toMatchObject({
      code: 'ADHOC_REFUSED',
      detail: { condition: 'bad-request' },
    });
    const again = adHocCommands.step(run, 'complete', answers);
    await tick();
    answer(command("sessionid='s1' status='completed'"));
    expect((await again).status).toBe('completed');
  });

  it.each([
    ['another run', command("sessionid='s2' status='executing'", FORM)],
    ['another command', command("sessionid='s1' status='executing'", FORM, 'other')],
    ['nothing', ''],
  ])('that goes on as %s is ended', async (_what, payload) => {
    const { extensions, answer } = setUp();
    const { adHocCommands } = extensions;
    const started = adHocCommands.start(SERVER, 'sessions');
    answer(STAGE);
    const { run = '' } = await started;
    const next = adHocCommands.step(run, 'next', [{ name: 'which', values: ['x'] }]);
    await tick();
    answer(payload);
    await expect(next).rejects.toMatchObject({ code: 'ADHOC_CONFUSED' });
    await expect(adHocCommands.step(run, 'next', [])).rejects.toMatchObject({ code: 'ADHOC_OVER' });
  });

  it('that goes on without a name is none', async () => {
    const { extensions, answer } = setUp();
    const started = extensions.adHocCommands.start(SERVER, 'sessions');
    answer(command("status='executing'", FORM));
    await expect(started).rejects.toMatchObject({ code: 'ADHOC_CONFUSED' });
  });

  it('is given up: the service is told, and a late answer changes nothing', async () => {
    const { extensions, sent, answer } = setUp();
    const { adHocCommands } = extensions;
    const started = adHocCommands.start(SERVER, 'sessions');
    answer(STAGE);
    const { run = '' } = await started;
    adHocCommands.cancel(run);
    expect(sent.at(-1)).toContain(`sessionid="s1" action="cancel"/>`);
    answer(command("sessionid='s1' status='canceled'"));
    adHocCommands.cancel(run);
    expect(sent).toHaveLength(2);
    await expect(adHocCommands.step(run, 'complete', [])).rejects.toMatchObject({ code: 'ADHOC_OVER' });
  });

  it('that asks for a secret is given up unseen', async () => {
    const { extensions, sent, answer } = setUp();
    const started = extensions.adHocCommands.start(SERVER, 'sessions');
    answer(
      command(
        "sessionid='s1' status='executing'",
        "<x xmlns='jabber:x:data' type='form'><field var='pin' type='text-private' label='Your PIN'/></x>",
      ),
    );
    await expect(started).rejects.toMatchObject({ code: 'ADHOC_SECRET' });
    expect(sent.at(-1)).toContain('action="cancel"');
  });

  it('is one of few, and over with the session', async () => {
    const { extensions, answer } = setUp();
    const { adHocCommands } = extensions;
    let last = '';
    for (let at = 0; at < ADHOC_LIMITS.runs; at += 1) {
      const started = adHocCommands.start(SERVER, 'sessions');
      answer(STAGE);
      last = (await started).run ?? '';
    }
    await expect(adHocCommands.start(SERVER, 'sessions')).rejects.toMatchObject({ code: 'ADHOC_TOO_MANY' });
    adHocCommands.onNewSession();
    await expect(adHocCommands.step(last, 'prev', [])).rejects.toMatchObject({ code: 'ADHOC_OVER' });
  });
});
