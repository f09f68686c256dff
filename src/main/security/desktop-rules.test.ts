import { describe, expect, it } from 'vitest';
import {
  type DesktopRules,
  isKeyRefused,
  protectFromCapture,
  RULES_WITHOUT_POLICY,
} from './desktop-rules.ts';

const FREE: DesktopRules = { copy: true, paste: true, screenCaptureProtection: true };
const press = (key: string, modifiers: object = {}, code = `Key${key.toUpperCase()}`) => ({
  type: 'keyDown',
  key,
  code,
  control: false,
  meta: false,
  shift: false,
  ...modifiers,
});

const COPIES = [
  press('c', { control: true }),
  press('C', { control: true, shift: true }),
  press('c', { meta: true }),
  press('x', { control: true }),
  press('с', { control: true }, 'KeyC'),
  press('Insert', { control: true }),
  press('Delete', { shift: true }),
  press('Copy'),
  press('Cut'),
];
const PASTES = [
  press('v', { control: true }),
  press('V', { meta: true, shift: true }),
  press('Insert', { shift: true }),
  press('м', { control: true }, 'KeyV'),
  press('Paste'),
];
const PRINTS = [press('p', { control: true }), press('P', { meta: true }), press('Print')];
const OTHERS = [
  press('c'),
  press('V', { shift: true }),
  press('Insert'),
  press('Delete'),
  press('a', { control: true }),
];

describe('keys of the clipboard and the printer', () => {
  it('copying needs the policy', () => {
    for (const key of COPIES) {
      expect(isKeyRefused(key, { ...FREE, copy: false }), JSON.stringify(key)).toBe(true);
      expect(isKeyRefused(key, { ...FREE, paste: false })).toBe(false);
    }
  });
  it('pasting needs the policy', () => {
    for (const key of PASTES) {
      expect(isKeyRefused(key, { ...FREE, paste: false }), JSON.stringify(key)).toBe(true);
      expect(isKeyRefused(key, { ...FREE, copy: false })).toBe(false);
    }
  });
  it('printing is refused whatever the policy says', () => {
    for (const key of PRINTS) expect(isKeyRefused(key, FREE), JSON.stringify(key)).toBe(true);
  });
  it('typing goes on', () => {
    for (const key of OTHERS) {
      expect(isKeyRefused(key, { ...FREE, copy: false, paste: false }), JSON.stringify(key)).toBe(false);
    }
  });
  it('before there is a policy nothing comes in', () => {
    expect(PASTES.every((key) => isKeyRefused(key, RULES_WITHOUT_POLICY))).toBe(true);
  });
});

describe('screen capture', () => {
  const asked = (rules: DesktopRules): boolean | undefined => {
    let protection: boolean | undefined;
    protectFromCapture({ setContentProtection: (on) => (protection = on) }, rules);
    return protection;
  };

  it('is kept out as the policy says, and before there is a policy', () => {
    expect(asked(FREE)).toBe(true);
    expect(asked({ ...FREE, screenCaptureProtection: false })).toBe(false);
    expect(asked(RULES_WITHOUT_POLICY)).toBe(true);
  });
});
