/** The menu: what the keyboard needs (copy, paste, quit) and no reload, no developer tools, no links. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

const TEMPLATE: MenuItemConstructorOptions[] = [
  { label: '&Sallyport', submenu: [{ role: 'quit', label: '&Quit Sallyport' }] },
  {
    label: '&Edit',
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
  { label: '&Window', submenu: [{ role: 'minimize' }] },
];

export function installMenu(): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(TEMPLATE));
}
