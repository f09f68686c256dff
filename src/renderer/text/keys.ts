/** Key caps as keyboards of this language have them, by the part of a combination as the table of commands writes it. */
export const KEY_CAPS: Readonly<Record<string, string>> = {
  Up: '↑',
  Down: '↓',
  Left: '←',
  Right: '→',
  Plus: '+',
  Ctrl: 'Ctrl',
  Alt: 'Alt',
  Shift: 'Shift',
  Enter: 'Enter',
  Esc: 'Esc',
  Home: 'Home',
  End: 'End',
  Tab: 'Tab',
  Delete: 'Del',
};
