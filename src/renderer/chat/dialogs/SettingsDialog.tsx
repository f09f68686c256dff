import type { ReactElement } from 'react';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { DENSITIES, THEMES, TIME_FORMS, ZOOMS } from '../../../shared/preferences.ts';
import { tooltipOf } from '../../commands/table.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Modal } from '../../parts/Modal.tsx';
import {
  type ChoiceText,
  DENSITY_TEXT,
  percent,
  SETTINGS_TEXT,
  THEME_TEXT,
  TIME_FORM_TEXT,
} from '../../text/settings.ts';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly values: readonly Value[];
  readonly text: Readonly<Record<Value, ChoiceText>>;
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}

/** One choice of several, each with a line on what it is for. */
function Choice<Value extends string>({
  label,
  values,
  text,
  value,
  onChoose,
}: ChoiceProps<Value>): ReactElement {
  return (
    <RadioGroup
      className="setting"
      value={value}
      onChange={(chosen) => {
        const next = values.find((candidate) => candidate === chosen);
        if (next !== undefined) onChoose(next);
      }}
    >
      <Label className="setting-label">{label}</Label>
      <div className="setting-choices">
        {values.map((candidate) => (
          <Radio key={candidate} value={candidate} className="setting-choice">
            <span className="setting-dot" aria-hidden="true" />
            <span className="setting-name">{text[candidate].name}</span>
            <span className="setting-note">{text[candidate].note}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** Smaller and larger, in the steps of the list. */
function Size(): ReactElement {
  const actions = useActions();
  const zoom = useWindowState((state) => state.preferences.zoom);
  return (
    <fieldset className="setting">
      <legend className="setting-label">{SETTINGS_TEXT.size}</legend>
      <div className="button-row setting-size">
        <button
          type="button"
          className="button button-small"
          title={tooltipOf('zoom-out')}
          disabled={zoom === ZOOMS[0]}
          onClick={() => actions.zoom(-1)}
        >
          {SETTINGS_TEXT.smaller}
        </button>
        <output className="setting-value">{percent(zoom)}</output>
        <button
          type="button"
          className="button button-small"
          title={tooltipOf('zoom-in')}
          disabled={zoom === ZOOMS.at(-1)}
          onClick={() => actions.zoom(1)}
        >
          {SETTINGS_TEXT.larger}
        </button>
        <button
          type="button"
          className="button button-small"
          title={tooltipOf('zoom-reset')}
          disabled={zoom === 100}
          onClick={() => actions.zoom(0)}
        >
          {SETTINGS_TEXT.ordinary}
        </button>
      </div>
    </fieldset>
  );
}

/** How the windows look for this user; every choice takes effect at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const { theme, density, time } = useWindowState((state) => state.preferences);
  return (
    <Modal title={SETTINGS_TEXT.title} onClose={onClose} size="medium">
      <Choice
        label={SETTINGS_TEXT.theme}
        values={THEMES}
        text={THEME_TEXT}
        value={theme}
        onChoose={(next) => actions.prefer({ theme: next })}
      />
      <Choice
        label={SETTINGS_TEXT.density}
        values={DENSITIES}
        text={DENSITY_TEXT}
        value={density}
        onChoose={(next) => actions.prefer({ density: next })}
      />
      <Choice
        label={SETTINGS_TEXT.time}
        values={TIME_FORMS}
        text={TIME_FORM_TEXT}
        value={time}
        onChoose={(next) => actions.prefer({ time: next })}
      />
      <Size />
      <p className="hint">{SETTINGS_TEXT.note}</p>
    </Modal>
  );
}
