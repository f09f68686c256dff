import { type ChangeEvent, type ReactElement, useRef } from 'react';
import { tooltipOf } from '../../commands/table.ts';
import { useActions } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import type { ConversationKey } from '../../state/view-state.ts';
import { COMMAND_TEXT } from '../../text/commands.ts';
import { FILES_TEXT } from '../../text/files.ts';
import { useFilePolicy } from './use-file-policy.ts';

/** Opens the system's own dialog for choosing files; absent where the policy has files off. */
export function AttachButton({ target }: { readonly target: ConversationKey }): ReactElement | null {
  const actions = useActions();
  const input = useRef<HTMLInputElement>(null);
  const policy = useFilePolicy();
  if (policy === undefined) return null;
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    actions.attach(target, [...(event.target.files ?? [])], 'choose');
    // The same file can be chosen again.
    event.target.value = '';
  };
  return (
    <>
      <button
        type="button"
        className="attach"
        data-attach
        aria-label={COMMAND_TEXT.attach}
        title={tooltipOf('attach')}
        onClick={() => input.current?.click()}
      >
        <Icon name="attach" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={FILES_TEXT.filesToAttach}
        accept={policy.types.join(',')}
        onChange={onChange}
      />
    </>
  );
}
