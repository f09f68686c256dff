/** PIN (80) and PUK (81) of a PIV card with their try counters (SP 800-73-4 part 2, 3.2). */
import { SW } from './apdu.ts';

interface Reference {
  value: string;
  tries: number;
}

/** PINs are padded to eight bytes with FF. */
const pad = (pin: string): Buffer => Buffer.from(pin.padEnd(8, '\xff'), 'latin1');
const unpad = (bytes: Buffer): string => bytes.toString('latin1').replace(/\xff+$/, '');

export class CardPins {
  readonly #maximum: number;
  readonly #pin: Reference;
  readonly #puk: Reference;

  constructor(pin: string, puk: string, tries: number) {
    this.#maximum = tries;
    this.#pin = { value: pin, tries };
    this.#puk = { value: puk, tries };
  }

  get triesLeft(): number {
    return this.#pin.tries;
  }

  set triesLeft(tries: number) {
    this.#pin.tries = tries;
  }

  #find(reference: number): Reference | undefined {
    return { 128: this.#pin, 129: this.#puk }[reference];
  }

  /** Compares, counts, and answers with a status word: 9000, 63Cx with the tries left, 6983 when blocked. */
  check(reference: number, padded: Buffer): number {
    const pin = this.#find(reference);
    if (pin === undefined) return SW.NO_KEY;
    if (pin.tries === 0) return SW.BLOCKED;
    if (padded.length !== 8) return SW.BAD_DATA; // costs no try
    if (!padded.equals(pad(pin.value))) {
      pin.tries--;
      return 0x63c0 | pin.tries; // 63C0 for the last; 6983 from the next on
    }
    pin.tries = this.#maximum;
    return SW.OK;
  }

  /** CHANGE REFERENCE DATA: the old value and the new one, eight bytes each. */
  change(reference: number, data: Buffer): number {
    const pin = this.#find(reference);
    if (pin === undefined) return SW.NO_KEY;
    if (data.length !== 16) return SW.BAD_DATA;
    const sw = this.check(reference, data.subarray(0, 8));
    if (sw === SW.OK) pin.value = unpad(data.subarray(8));
    return sw;
  }

  /** RESET RETRY COUNTER: the PUK and a new PIN. */
  unblock(reference: number, data: Buffer): number {
    if (reference !== 0x80) return SW.NO_KEY;
    if (data.length !== 16) return SW.BAD_DATA;
    const sw = this.check(0x81, data.subarray(0, 8));
    if (sw === SW.OK) Object.assign(this.#pin, { value: unpad(data.subarray(8)), tries: this.#maximum });
    return sw;
  }
}
