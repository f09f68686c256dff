import type { ReactElement } from 'react';
import type { AppState } from '../../shared/app-state.ts';
import { CardScreen } from './screens/CardScreen.tsx';
import { CertificateScreen } from './screens/CertificateScreen.tsx';
import { ConnectingScreen } from './screens/ConnectingScreen.tsx';
import { ConsentScreen } from './screens/ConsentScreen.tsx';
import { CoverScreen } from './screens/CoverScreen.tsx';
import { LockedScreen } from './screens/LockedScreen.tsx';
import { PasswordScreen } from './screens/PasswordScreen.tsx';
import { PinScreen } from './screens/PinScreen.tsx';
import { StoppedScreen } from './screens/StoppedScreen.tsx';
import { Workspace } from './Workspace.tsx';

/** Chooses the one screen that is shown. */
export function Screen({ app }: { readonly app: AppState }): ReactElement {
  if (app.kind === 'locked') return <LockedScreen state={app} />;
  const { policy, signIn, build } = app;
  if (app.screenLocked && signIn.step !== 'consent' && signIn.step !== 'stopped') {
    return <CoverScreen policy={policy} build={build} signIn={signIn} />;
  }
  const common = { policy, build };
  switch (signIn.step) {
    case 'consent':
      return <ConsentScreen {...common} />;
    case 'card':
      return <CardScreen {...common} error={signIn.error} />;
    case 'certificate':
      return <CertificateScreen {...common} choices={signIn.choices} />;
    case 'pin':
      return <PinScreen {...common} identity={signIn.identity} />;
    case 'password':
      return <PasswordScreen {...common} />;
    case 'connecting':
      return <ConnectingScreen {...common} identity={signIn.identity} error={signIn.error} />;
    case 'stopped':
      return <StoppedScreen {...common} error={signIn.error} retry={signIn.retry} />;
    case 'online':
      return <Workspace app={app} />;
  }
}
