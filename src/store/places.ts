import type { Place } from './contract.ts';
import type { Database, Statement } from './database.ts';
import { MIN_STEP, PLACE_STEP } from './schema.ts';

/** Beyond all places; sums with it are exact, steps being multiples of 256. */
const AWAY = 2 ** 60;

/** The order of a conversation's messages: numbers with room between them. */
export class Places {
  readonly #of: Statement;
  readonly #first: Statement;
  readonly #last: Statement;
  readonly #before: Statement;
  readonly #spread: Statement;
  readonly #back: Statement;

  constructor(database: Database) {
    this.#of = database.prepare(
      'SELECT CAST(place AS REAL) AS place FROM message WHERE conversation = ? AND id = ?',
    );
    this.#first = database.prepare(
      'SELECT CAST(min(place) AS REAL) AS place FROM message WHERE conversation = ?',
    );
    this.#last = database.prepare(
      'SELECT CAST(max(place) AS REAL) AS place FROM message WHERE conversation = ?',
    );
    this.#before = database.prepare(
      'SELECT CAST(max(place) AS REAL) AS place FROM message WHERE conversation = ? AND place < ?',
    );
    // In two steps, because no place may be taken twice on the way.
    this.#spread = database.prepare(
      `UPDATE message SET place = ranked.rank * ${PLACE_STEP} + ${AWAY}
       FROM (SELECT number, row_number() OVER (ORDER BY place) AS rank FROM message WHERE conversation = ?1) AS ranked
       WHERE message.number = ranked.number AND message.conversation = ?1`,
    );
    this.#back = database.prepare(`UPDATE message SET place = place - ${AWAY} WHERE conversation = ?1`);
  }

  /** `undefined`: the message is not kept. */
  of(conversation: number, id: string): number | undefined {
    return numberIn(this.#of.get(conversation, id));
  }

  /** Places for `count` messages, in order. */
  make(conversation: number, place: Place, count: number): readonly number[] {
    const next = place.at === 'before' ? this.of(conversation, place.id) : undefined;
    if (next !== undefined) return this.#between(conversation, place, next, count);
    if (place.at === 'start') {
      const first = numberIn(this.#first.get(conversation)) ?? 0;
      return steps(first - PLACE_STEP * (count + 1), PLACE_STEP, count);
    }
    return steps(numberIn(this.#last.get(conversation)) ?? 0, PLACE_STEP, count);
  }

  #between(conversation: number, place: Place, next: number, count: number): readonly number[] {
    const former = numberIn(this.#before.get(conversation, next)) ?? next - PLACE_STEP * (count + 1);
    const step = (next - former) / (count + 1);
    if (step >= MIN_STEP) return steps(former, step, count);
    this.#spread.run(conversation);
    this.#back.run(conversation);
    return this.make(conversation, place, count);
  }
}

function steps(from: number, step: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + step * (index + 1));
}

function numberIn(row: Readonly<Record<string, unknown>> | undefined): number | undefined {
  return typeof row?.place === 'number' ? row.place : undefined;
}
