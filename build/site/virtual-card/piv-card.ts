/**
 * A PIV card application (SP 800-73-4 part 2) in software: command APDU in, response APDU out. It knows nothing of
 * readers; see reader.ts.
 *
 * What it does: SELECT, GET DATA, VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER, GENERAL AUTHENTICATE (raw RSA,
 * ECDSA and ECDH on P-256/P-384, and a random challenge on key 9B, which is all that OpenSC's C_GenerateRandom wants),
 * GET RESPONSE, command chaining. What it does not: key generation, PUT DATA, secure messaging, biometrics.
 */
import { randomBytes } from 'node:crypto';
import { type Apdu, type Command, INS, parseApdu, SW, status } from './apdu.ts';
import { CardPins } from './card-pins.ts';
import { type CardDescription, makeObjects, PIN_PROTECTED, PIV_AID } from './piv-objects.ts';
import { parseTlv, tlv } from './tlv.ts';

/** A data field, or a status word that stands for itself. */
type Answer = Buffer | number;

/** Called before a whole command is carried out. It may answer with a status word instead, or take its time. */
export type Intercept = (command: Command) => Promise<number | undefined>;

export class PivCard {
  readonly description: CardDescription;
  readonly pins: CardPins;
  /** What goes wrong with the next commands; undefined when nothing does. */
  intercept: Intercept | undefined;
  /** Milliseconds that every private-key operation takes; a real CAC needs 300 to 800. */
  keyDelay = 0;
  /** When true, signatures come out wrong in one bit. */
  spoilSignatures = false;
  readonly #objects: ReadonlyMap<number, Buffer>;
  /** The PIN was verified since power-up or reset. */
  #verified = false;
  /** … in the command just before: what key 9C wants ("PIN always"). */
  #fresh = false;
  #chain:
    | { readonly ins: number; readonly p1: number; readonly p2: number; readonly parts: Buffer[] }
    | undefined;
  #pending = Buffer.alloc(0);

  constructor(description: CardDescription) {
    this.description = description;
    this.pins = new CardPins(description.pin, description.puk, description.tries);
    this.#objects = makeObjects(description);
  }

  get verified(): boolean {
    return this.#verified;
  }

  /** Power off, power on and reset alike lose everything volatile. */
  reset(): void {
    this.#verified = false;
    this.#fresh = false;
    this.#chain = undefined;
    this.#pending = Buffer.alloc(0);
  }

  /**
   * One command APDU, short or extended. Under T=0 the reader's driver gets no Le with a command that has data, so such
   * an answer is held and 61xx says so.
   */
  async process(bytes: Buffer): Promise<Buffer> {
    const apdu = parseApdu(bytes);
    if (apdu === undefined) return status(SW.WRONG_LENGTH);
    if (apdu.cla & 0xec) return status(SW.CLA); // neither chaining (10) nor a channel (03)
    if (apdu.ins === INS.GET_RESPONSE) return this.#respond(this.#pending, SW.OK, apdu.le ?? 256);
    this.#pending = Buffer.alloc(0);
    const command = this.#unchain(apdu);
    if (typeof command === 'number') return status(command);
    return this.#respond(...(await this.#carryOut(command)), apdu.le ?? 0);
  }

  /** Command chaining: keeps the parts until the one without bit 10. */
  #unchain(apdu: Apdu): Command | number {
    const { cla, ins, p1, p2, data } = apdu;
    const chain = this.#chain;
    if (chain && (chain.ins !== ins || chain.p1 !== p1 || chain.p2 !== p2)) {
      this.#chain = undefined;
      return SW.CHAIN_LAST_EXPECTED;
    }
    if (cla & 0x10) {
      this.#chain ??= { ins, p1, p2, parts: [] };
      this.#chain.parts.push(data);
      return SW.OK;
    }
    this.#chain = undefined;
    return { ins, p1, p2, data: chain ? Buffer.concat([...chain.parts, data]) : data };
  }

  async #carryOut(command: Command): Promise<[Buffer, number]> {
    let answer: Answer;
    try {
      answer = (await this.intercept?.(command)) ?? (await this.#execute(command));
    } catch (error) {
      answer = error instanceof RangeError ? SW.BAD_DATA : SW.UNKNOWN;
    }
    const [out, sw] = typeof answer === 'number' ? [Buffer.alloc(0), answer] : [answer, SW.OK];
    // "PIN always" holds for the very next command only.
    this.#fresh = command.ins === INS.VERIFY && sw === SW.OK && command.data.length > 0;
    return [out, sw];
  }

  #respond(out: Buffer, sw: number, le: number): Buffer {
    if (sw !== SW.OK || out.length === 0) return status(sw);
    const now = out.subarray(0, le);
    this.#pending = Buffer.from(out.subarray(now.length));
    const left = this.#pending.length;
    return Buffer.concat([now, status(left ? 0x6100 | (left > 255 ? 0 : left) : SW.OK)]);
  }

  #execute(command: Command): Answer | Promise<Answer> {
    const { ins, p1, p2, data } = command;
    switch (ins) {
      case INS.SELECT:
        return this.#select(p1, data);
      case INS.GET_DATA:
        return this.#getData(p1, p2, data);
      case INS.VERIFY:
        return this.#verify(p1, p2, data);
      case INS.CHANGE_REFERENCE: {
        const sw = this.pins.change(p2, data);
        if (p2 === 0x80) this.#verified = sw === SW.OK;
        return sw;
      }
      case INS.RESET_RETRY:
        return this.pins.unblock(p2, data);
      case INS.GENERAL_AUTHENTICATE:
        return this.#generalAuthenticate(p1, p2, data);
      default:
        return SW.INS;
    }
  }

  #select(p1: number, aid: Buffer): Answer {
    if (p1 !== 0x04) return SW.BAD_P1P2;
    // OpenSC's other drivers ask for their own applications first.
    if (aid.length < 5 || !PIV_AID.subarray(0, aid.length).equals(aid)) return SW.NOT_FOUND;
    // Selecting it again leaves the security state as it is (SP 800-73-4, 3.1.1).
    return tlv(
      0x61,
      tlv(0x4f, PIV_AID.subarray(5)),
      tlv(0x79, tlv(0x4f, PIV_AID.subarray(0, 5))),
      tlv(0x50, Buffer.from('PIV virtual test card')),
    );
  }

  #getData(p1: number, p2: number, data: Buffer): Answer {
    if (p1 !== 0x3f || p2 !== 0xff) return SW.BAD_P1P2;
    const tag = parseTlv(data).get(0x5c);
    if (tag === undefined || tag.length === 0 || tag.length > 4) return SW.BAD_DATA;
    const object = tag.readUIntBE(0, tag.length);
    if (PIN_PROTECTED.has(object) && !this.#verified) return SW.SECURITY;
    return this.#objects.get(object) ?? SW.NOT_FOUND;
  }

  #verify(p1: number, p2: number, data: Buffer): Answer {
    if (p2 !== 0x80) return SW.NO_KEY;
    if (p1 === 0xff) {
      this.#verified = false; // log out
      return SW.OK;
    }
    if (p1 !== 0x00) return SW.BAD_P1P2;
    if (data.length === 0) {
      if (this.#verified) return SW.OK;
      return this.pins.triesLeft ? 0x63c0 | this.pins.triesLeft : SW.BLOCKED;
    }
    const sw = this.pins.check(0x80, data);
    this.#verified = sw === SW.OK;
    return sw;
  }

  async #generalAuthenticate(algorithm: number, reference: number, data: Buffer): Promise<Answer> {
    const fields = parseTlv(parseTlv(data).get(0x7c) ?? Buffer.alloc(0));
    // The administration key's challenge: random bytes.
    if (reference === 0x9b) {
      return fields.has(0x81) ? tlv(0x7c, tlv(0x81, randomBytes(8))) : SW.BAD_DATA;
    }
    const key = this.description.keys.get(reference)?.key;
    if (key === undefined) return SW.NO_KEY;
    if (key.algorithm !== algorithm) return SW.BAD_DATA;
    // 9A, 9D: PIN once. 9C: PIN just before. 9E: no PIN.
    if (reference !== 0x9e && !this.#verified) return SW.SECURITY;
    if (reference === 0x9c && !this.#fresh) return SW.SECURITY;
    const challenge = fields.get(0x81);
    const point = fields.get(0x85);
    if (!fields.has(0x82)) return SW.BAD_DATA;
    if (this.keyDelay > 0) await new Promise((done) => setTimeout(done, this.keyDelay));
    const out = challenge ? key.sign(challenge) : point && key.derive(point);
    if (out === undefined) return SW.BAD_DATA;
    if (this.spoilSignatures) out[out.length - 1] = (out.at(-1) ?? 0) ^ 1;
    return tlv(0x7c, tlv(0x82, out));
  }
}
