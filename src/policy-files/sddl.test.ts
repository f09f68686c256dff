import { describe, expect, it } from 'vitest';
import { isAdminOnlySddl } from './sddl.ts';

describe('isAdminOnlySddl', () => {
  it.each([
    ['administrators and system', 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)'],
    ['users who may read', 'O:BAG:SYD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)'],
    ['users who may read, by name', 'O:SYG:SYD:(A;OICI;FRFX;;;BU)(A;;FA;;;BA)'],
    ['a denial beside it', 'O:BAG:SYD:(D;;FA;;;BU)(A;;FA;;;BA)'],
    ['well-known ids in full', 'O:S-1-5-32-544G:S-1-5-18D:(A;;FA;;;S-1-5-18)'],
    ['an audit list', 'O:BAG:SYD:(A;;FA;;;BA)S:AI(AU;SA;FA;;;WD)'],
  ])('accepts %s', (_name, sddl) => {
    expect(isAdminOnlySddl(sddl)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['an owner who is a user', 'O:S-1-5-21-1-2-3-1001G:SYD:(A;;FA;;;BA)'],
    ['users who may write', 'O:BAG:SYD:(A;;FA;;;BU)'],
    ['everyone who may write', 'O:BAG:SYD:(A;;FA;;;BA)(A;;FW;;;WD)'],
    ['users who may append', 'O:BAG:SYD:(A;;0x1200ad;;;BU)'],
    ['users who may change the list', 'O:BAG:SYD:(A;;WD;;;BU)'],
    ['users who may take ownership', 'O:BAG:SYD:(A;;FRWO;;;BU)'],
    ['users who may delete', 'O:BAG:SYD:(A;;FRSD;;;BU)'],
    [
      'ProgramData’s own list, where users may create files',
      'O:BAG:SYD:(A;OICI;FA;;;SY)(A;CI;DCLCRPCR;;;BU)',
    ],
    ['the creator as writer', 'O:BAG:SYD:(A;OICIIO;GA;;;CO)'],
    ['no list at all, which allows everything', 'O:BAG:SYD:NO_ACCESS_CONTROL'],
    ['an empty list', 'O:BAG:SYD:'],
    ['a conditional entry', 'O:BAG:SYD:(XA;;FA;;;BU;(@User.x==1))'],
    ['an entry for an object', 'O:BAG:SYD:(OA;;FA;guid;;BU)'],
    ['rights that are cut off', 'O:BAG:SYD:(A;;FRF;;;BU)'],
    ['an unknown right', 'O:BAG:SYD:(A;;ZZ;;;BU)'],
    ['something behind the list', 'O:BAG:SYD:(A;;FA;;;BA)X'],
    ['no owner', 'G:SYD:(A;;FA;;;BA)'],
  ])('refuses %s', (_name, sddl) => {
    expect(isAdminOnlySddl(sddl)).toBe(false);
  });
});
