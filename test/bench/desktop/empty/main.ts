/** Electron with a window that shows nothing and two utility processes that do nothing, under the application's own switches. */
import { join } from 'node:path';
import { app, BrowserWindow, utilityProcess } from 'electron';
import { restrictChromium } from '../../../../src/main/security/chromium-switches.ts';

app.setPath('userData', join(__dirname, '..', 'data'));
app.enableSandbox();
restrictChromium(app);
void app.whenReady().then(() => {
  const webPreferences = {
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    partition: 'empty',
  };
  void new BrowserWindow({ width: 1280, height: 800, webPreferences }).loadURL('about:blank');
  for (const serviceName of ['session', 'token'])
    utilityProcess.fork(join(__dirname, 'service.cjs'), [], { serviceName, stdio: 'ignore' });
});
