/** Forms in messages: what is written, and which are believed. */
import { describe, expect, it } from 'vitest';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import { filledTemplate, formText, type MessageTemplate } from '../../shared/message-templates.ts';
import { buildFormMessage, readFormMessage } from './form-message.ts';

const field = { required: false, options: [] } as const;
const TEMPLATE: MessageTemplate = {
  id: 'salute',
  title: 'SALUTE <1>',
  fields: [
    { ...field, name: 'size', label: 'Size & kind', type: 'line' },
    { ...field, name: 'more', label: 'Remarks', type: 'lines' },
  ],
};
const FORM = filledTemplate(TEMPLATE, [
  { name: 'size', values: ['six נמרים'] },
  { name: 'more', values: ['a', 'b'] },
]);
const XML =
  '<x xmlns="jabber:x:data" type="result"><title>SALUTE &lt;1&gt;</title>' +
  '<field var="FORM_TYPE" type="hidden"><value>urn:sallyport:template:salute</value></field>' +
  '<field var="size" type="text-single" label="Size &amp; kind"><value>\u2068six נמרים\u2069</value></field>' +
  '<field var="more" type="text-multi" label="Remarks"><value>a</value><value>b</value></field></x>';
const read = (inner: string, body = formText(FORM)) =>
  readFormMessage(parseStanza(`<message from='bob@chat.mil'>${inner}</message>`), body);

describe('a form in a message', () => {
  it('is written and read the same', () => {
    expect(buildFormMessage(FORM).toString()).toBe(XML);
    expect(read(XML)).toEqual(FORM);
  });

  it.each([
    ['says something else than the text', XML.replace('six', 'seven')],
    ['says more than the text', XML.replace('<value>b</value>', '<value>b</value><value>c</value>')],
    ['has another title', XML.replace('&lt;1&gt;', '&lt;2&gt;')],
    ['is to be filled in', XML.replace('type="result"', 'type="form"')],
    ['is an answer', XML.replace('type="result"', 'type="submit"')],
    [
      'has rows',
      XML.replace(
        '</x>',
        '<reported><field var="a"/></reported><item><field var="a"><value>1</value></field></item></x>',
      ),
    ],
    ['is not there', ''],
  ])('that %s is none', (_name, inner) => {
    expect(read(inner)).toBeUndefined();
  });
});
