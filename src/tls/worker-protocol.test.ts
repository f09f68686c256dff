import { describe, expect, it } from 'vitest';
import { MAX_SIGN_BYTES } from '../shared/signing.ts';
import { CallGuard } from './call-guard.ts';
import { SignReply } from './worker-protocol.ts';

describe('SignReply', () => {
  it('carries a signature to the other side of the shared memory', () => {
    const reply = new SignReply();
    const signature = new Uint8Array(MAX_SIGN_BYTES).fill(7);
    new SignReply(reply.buffer).resolve(signature);
    expect(reply.wait(1_000)).toEqual(signature);
  });

  it('times out without an answer', () => {
    expect(new SignReply().wait(1)).toBe('timed-out');
  });

  it('counts answers of impossible length as failures', () => {
    for (const length of [0, MAX_SIGN_BYTES + 1]) {
      const reply = new SignReply();
      reply.resolve(new Uint8Array(length));
      expect(reply.wait(1_000)).toBe('failed');
    }
  });

  it('keeps its first answer', () => {
    const rejected = new SignReply();
    rejected.reject();
    rejected.resolve(new Uint8Array([1]));
    expect(rejected.wait(1_000)).toBe('failed');
    const resolved = new SignReply();
    resolved.resolve(new Uint8Array([1]));
    resolved.reject();
    expect(resolved.wait(1_000)).toEqual(new Uint8Array([1]));
  });
});

describe('CallGuard', () => {
  it('lets calls through until it is closed', () => {
    const guard = new CallGuard();
    expect(new CallGuard(guard.buffer).run(() => 'done')).toBe('done');
    expect(guard.close(0)).toBe(true);
    expect(() => guard.run(() => 'not run')).toThrow('ending');
  });

  it('is not closed while a call runs, and a call that throws leaves it', () => {
    const guard = new CallGuard();
    guard.run(() => {
      expect(new CallGuard(guard.buffer).close(1)).toBe(false);
    });
    const throwing = new CallGuard();
    expect(() =>
      throwing.run(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(throwing.close(0)).toBe(true);
  });
});
