import { createRoot } from 'react-dom/client';
import type { PasswordBridge } from '../../shared/ipc-contract.ts';
import { readLook } from '../../shared/preferences.ts';
import { startLook } from '../look/look.ts';
import '../styles/every-window.ts';
import '../styles/pin.css';
import '../styles/password.css';
import { PasswordApp } from './PasswordApp.tsx';

declare global {
  interface Window {
    readonly sallyportPassword: PasswordBridge;
  }
}

startLook(readLook(window.sallyportPassword.look));
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<PasswordApp bridge={window.sallyportPassword} />);
