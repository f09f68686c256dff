/** The menu: what the keyboard needs (copy, paste, quit) and no reload, no developer tools, no links. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { MENU_TEXT } from '../text.ts';

const TEMPLATE: MenuItemConstructorOptions[] = [
  { label: MENU_TEXT.application, submenu: [{ role: 'quit', label: MENU_TEXT.quit }] },
  {
    label: MENU_TEXT.edit,
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      { type: 'separator' },
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
    ],
  },
  { label: MENU_TEXT.window, submenu: [{ role: 'minimize' }] },
];

export function installMenu(): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(TEMPLATE));
}
