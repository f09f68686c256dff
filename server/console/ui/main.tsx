/** The page's entry. */
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { Api } from './api.ts';
import { followSystemTheme } from './theme.ts';
import './console.css';

followSystemTheme();
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App api={new Api()} />);
