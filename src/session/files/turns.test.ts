import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('Turns', () => {
  it('lets so many run at once, the others in order, also after a failure', async () => {
    const turns = new Turns(2);
    const { signal } = new AbortController();
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const run = (id: number, fails = false) =>
      turns.run(signal, async () => {
        started.push(id);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (fails) throw new Error('no');
      });
    const runs = [run(1, true).catch(() => undefined), run(2), run(3), run(4)];
    await new Promise(setImmediate);
    expect(started).toEqual([1, 2]);
    ends[0]?.();
    await new Promise(setImmediate);
    expect(started).toEqual([1, 2, 3]);
    for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
      end();
      await new Promise(setImmediate);
    }
    await Promise.all(runs);
    expect(started).toEqual([1, 2, 3, 4]);
  });

  it('forgets who gave up waiting', async () => {
    const turns = new Turns(1);
    let end = (): void => undefined;
    const first = turns.run(
      new AbortController().signal,
      () => new Promise<void>((resolve) => (end = resolve)),
    );
    const ending = new AbortController();
    const second = turns.run(ending.signal, async () => 'ran');
    ending.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    end();
    await first;
    expect(await turns.run(new AbortController().signal, async () => 'ran')).toBe('ran');
    await expect(turns.run(AbortSignal.abort(new Error('late')), async () => 'ran')).rejects.toThrow('late');
  });
});
