/**
 * The Federal Agency Smart Credential Number (TIG SCEPACS 2.3, SP 800-73): 40 characters of 5 bits, each 4 data bits
 * (least significant first) and an odd parity bit, 25 bytes in all. OpenSC makes the token's serial number of it.
 */

const START_SENTINEL = 0xb;
const FIELD_SEPARATOR = 0xd;
const END_SENTINEL = 0xf;

function digits(text: string): number[] {
  return [...text].map(Number);
}

/** One character: four data bits, least significant first, and the bit that makes the number of ones odd. */
function characterBits(character: number): string {
  const data = [0, 1, 2, 3].map((bit) => (character >> bit) & 1);
  const ones = data.reduce((sum, bit) => sum + bit, 0);
  return `${data.join('')}${ones % 2 === 0 ? 1 : 0}`;
}

/**
 * The FASC-N of a person's card: 25 bytes.
 * @param edipi the ten digits of the person identifier
 */
export function fascn(edipi: string): Buffer {
  if (!/^\d{10}$/.test(edipi)) throw new RangeError('an EDIPI has ten digits');
  const characters = [
    START_SENTINEL,
    ...digits('5700'), // agency: DoD
    FIELD_SEPARATOR,
    ...digits('0001'), // system
    FIELD_SEPARATOR,
    ...digits(edipi.slice(-6)), // credential number
    FIELD_SEPARATOR,
    0, // credential series
    FIELD_SEPARATOR,
    1, // individual credential issue
    FIELD_SEPARATOR,
    ...digits(edipi),
    1, // organisational category: federal
    ...digits('5700'), // organisational identifier
    4, // association: uniformed service
    END_SENTINEL,
  ];
  characters.push(characters.reduce((check, character) => check ^ character, 0));
  const bits = characters.map(characterBits).join('');
  return Buffer.from(Array.from({ length: 25 }, (_, i) => Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2)));
}
