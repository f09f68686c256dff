import { createRoot } from 'react-dom/client';
import type { PinBridge } from '../../shared/ipc-contract.ts';
import { readLook } from '../../shared/preferences.ts';
import { startLook } from '../look/look.ts';
import '../styles/every-window.ts';
import '../styles/pin.css';
import { PinApp } from './PinApp.tsx';

declare global {
  interface Window {
    readonly sallyportPin: PinBridge;
  }
}

startLook(readLook(window.sallyportPin.look));
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<PinApp bridge={window.sallyportPin} />);
