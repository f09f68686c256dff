import { describe, expect, it } from 'vitest';
import { NS } from '../namespaces.ts';
import { xml } from '../xml.ts';
import { StreamManagement } from './stream-management.ts';

const stanza = () => xml('message', { xmlns: NS.client });
const answer = (h: string | undefined) => xml('a', { xmlns: NS.streamManagement, h });
const enabled = (attrs = {}) =>
  xml('enabled', { xmlns: NS.streamManagement, id: 'x', resume: 'true', ...attrs });

function started(count: number): StreamManagement {
  const management = new StreamManagement();
  management.onEnabled(enabled());
  for (let n = 0; n < count; n += 1) management.onSent({ stanza: stanza(), messageId: String(n) });
  return management;
}

describe('StreamManagement', () => {
  it('acknowledges in order, cumulatively, and repetitions not at all', () => {
    const management = started(5);
    const ids = (h: string) => management.onAnswer(answer(h)).map(({ messageId }) => messageId);
    expect(ids('2')).toEqual(['0', '1']);
    expect(ids('2')).toEqual([]);
    expect(ids('5')).toEqual(['2', '3', '4']);
  });

  it.each([undefined, '', '6', '-1', '1.0', 'x', '4294967296', '4294967295', '99999999999999999999'])(
    'refuses the count %s',
    (h) => {
      const management = started(5);
      expect(() => management.onAnswer(answer(h))).toThrow('STREAM_MALFORMED');
      expect(management.unacknowledged).toHaveLength(5);
    },
  );

  it('does not go back', () => {
    const management = started(5);
    management.onAnswer(answer('4'));
    expect(() => management.onAnswer(answer('3'))).toThrow('STREAM_MALFORMED');
  });

  it('counts what comes in only while it is enabled', () => {
    const management = new StreamManagement();
    management.onReceived();
    management.onEnabled(enabled());
    management.onReceived();
    management.onReceived();
    expect(management.answerElement().attrs.h).toBe('2');
    management.onStreamLost();
    management.onReceived();
    expect(management.resumeElement().attrs).toMatchObject({ h: '2', previd: 'x' });
  });

  it('resumes only what the server promised to keep', () => {
    for (const attrs of [
      { resume: undefined },
      { resume: 'false' },
      { id: undefined },
      { id: 'x'.repeat(2000) },
    ]) {
      const management = new StreamManagement();
      management.onEnabled(enabled(attrs));
      expect(management.resumable, JSON.stringify(attrs).slice(0, 40)).toBe(false);
      expect(management.enabled).toBe(true);
    }
  });

  it('hands over what was never acknowledged when the session is given up', () => {
    const management = started(3);
    management.onAnswer(answer('1'));
    management.onStreamLost();
    management.onResumeFailed(xml('failed', { xmlns: NS.streamManagement, h: '2' }));
    expect(management.takeUnacknowledged().map(({ messageId }) => messageId)).toEqual(['2']);
    expect(management.resumable).toBe(false);
  });
});
