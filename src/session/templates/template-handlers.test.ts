import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../shared/jid.ts';
import { type FormMessage, templateHandlers } from './template-handlers.ts';

const BOB = 'bob@chat.mil' as BareJid;

function desk() {
  const sent: FormMessage[] = [];
  const handlers = templateHandlers({
    templates: [
      {
        id: 'salute',
        title: 'SALUTE',
        fields: [{ name: 'size', label: 'Size', type: 'line', required: true, options: [] }],
      },
    ],
    send: (_conversation, _kind, message) => sent.push(message),
  });
  const fill = (template: string, ...answers: { name: string; values: string[] }[]) =>
    handlers['send-template']({
      type: 'send-template',
      conversation: BOB,
      kind: 'contact',
      template,
      answers,
    });
  return { sent, fill };
}

describe('a template that is sent', () => {
  it('is a text and a form of the policy’s own making', async () => {
    const { sent, fill } = desk();
    await fill('salute', { name: 'size', values: ['six'] });
    expect(sent).toMatchObject([
      {
        body: 'SALUTE\nSize: six',
        form: {
          type: 'result',
          fields: [
            { name: 'FORM_TYPE', type: 'hidden', values: ['urn:sallyport:template:salute'] },
            { name: 'size', label: 'Size', values: ['six'] },
          ],
        },
      },
    ]);
  });

  it('is one that the policy has, filled in as it asks', async () => {
    const { sent, fill } = desk();
    await expect(fill('other')).rejects.toMatchObject({ code: 'TEMPLATE_UNKNOWN' });
    await expect(fill('salute')).rejects.toMatchObject({
      code: 'TEMPLATE_INCOMPLETE',
      detail: { field: 'size' },
    });
    await expect(fill('salute', { name: 'FORM_TYPE', values: ['x'] })).rejects.toMatchObject({
      code: 'TEMPLATE_INCOMPLETE',
    });
    expect(sent).toEqual([]);
  });
});
