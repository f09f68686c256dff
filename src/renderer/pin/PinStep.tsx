import type { ReactElement } from 'react';
import type { PinPrompt } from '../../shared/app-state.ts';
import type { PinBridge } from '../../shared/ipc-contract.ts';
import { LockedPin } from './LockedPin.tsx';
import { PinForm } from './PinForm.tsx';
import { PinPadForm } from './PinPadForm.tsx';
import { useLogin } from './use-login.ts';

/** Asks for one card's PIN. What the card said last outweighs what the prompt said when the window was opened. */
export function PinStep({
  bridge,
  prompt,
}: {
  readonly bridge: PinBridge;
  readonly prompt: PinPrompt;
}): ReactElement {
  const [login, run] = useLogin();
  const refused = login.kind === 'refused' ? login : undefined;
  const error = refused?.error ?? prompt.error;
  const locked = refused?.locked ?? prompt.error?.code === 'PIN_LOCKED';
  if (locked) return <LockedPin bridge={bridge} prompt={prompt} />;
  const Form = prompt.pinPad ? PinPadForm : PinForm;
  return (
    <Form
      bridge={bridge}
      prompt={prompt}
      login={login}
      run={run}
      error={error}
      finalTry={refused?.finalTry ?? prompt.finalTry}
    />
  );
}
