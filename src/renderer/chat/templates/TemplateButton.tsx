import type { ReactElement } from 'react';
import { tooltipOf } from '../../commands/table.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { COMMAND_TEXT } from '../../text/commands.ts';

/** Opens the policy's templates; absent where it has none. */
export function TemplateButton(): ReactElement | null {
  const actions = useActions();
  const shown = useWindowState(({ app }) => app?.kind === 'running' && app.policy.templates.length > 0);
  if (!shown) return null;
  return (
    <button
      type="button"
      className="attach"
      aria-label={COMMAND_TEXT.template}
      title={tooltipOf('template')}
      onClick={() => actions.show('template')}
    >
      <Icon name="form" />
    </button>
  );
}
