import { type FormEvent, type ReactElement, useState } from 'react';
import {
  ALERT_SOUNDS,
  type AlertManner,
  NO_PREFS,
  SEVERITIES,
  type WatchlistItem,
} from '../../../shared/watch-contract.ts';
import { MAX_OWN_WATCHWORDS, parseWatchword } from '../../../shared/watchwords.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { SEVERITY_TEXT, SOUND_TEXT, WATCH_TEXT } from '../../text/watch.ts';
import { SeverityMark } from './SeverityMark.tsx';

/** The words on the lines, each once. */
function wordsOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

/** What is wrong with the words, in words. */
function problemOf(words: readonly string[]): string | undefined {
  if (words.length > MAX_OWN_WATCHWORDS) return WATCH_TEXT.wordsTooMany(MAX_OWN_WATCHWORDS);
  const wrong = words.find((word) => parseWatchword(word) === undefined);
  return wrong === undefined ? undefined : WATCH_TEXT.wordsInvalid(wrong.slice(0, 40));
}

function PolicyLists({ lists }: { readonly lists: readonly WatchlistItem[] }): ReactElement | null {
  if (lists.length === 0) return null;
  return (
    <section aria-label={WATCH_TEXT.policyLists} className="watchlists">
      <h3>{WATCH_TEXT.policyLists}</h3>
      <ul>
        {lists.map(({ id, name, severity, sound, count }) => (
          <li key={id}>
            <SeverityMark severity={severity} />
            <bdi>{name}</bdi>
            <span className="hint">
              {WATCH_TEXT.policyList(count)}, {SOUND_TEXT[sound]}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The user's own watchwords, and which lists the policy has beside them. */
export function WatchwordsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLTextAreaElement>();
  const lists = useWindowState((state) => state.chat.collections.watchlists);
  const own = [...lists.values()].find(({ origin }) => origin === 'own') ?? NO_PREFS.own;
  const [text, setText] = useState((own.words ?? []).join('\n'));
  const [manner, setManner] = useState<AlertManner>({
    severity: own.severity,
    sound: own.sound,
    repeat: own.repeat,
  });
  const [problem, setProblem] = useState<string>();
  const deed = useDeed();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const words = wordsOf(text);
    const wrong = problemOf(words);
    setProblem(wrong);
    if (wrong === undefined && (await deed.run(() => actions.watch.setWords(words, manner)))) onClose();
  };
  return (
    <Modal title={WATCH_TEXT.words} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <label className="field-label" htmlFor="watchwords">
          {WATCH_TEXT.wordsField}
        </label>
        <p className="hint" id="watchwords-hint">
          {WATCH_TEXT.wordsLead} {WATCH_TEXT.wordsStored}
        </p>
        <textarea
          id="watchwords"
          ref={field}
          className="text-field watchwords-field"
          dir="auto"
          rows={8}
          aria-describedby="watchwords-hint watchwords-problem"
          aria-invalid={problem !== undefined}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="field-error" id="watchwords-problem" role="alert">
          {problem}
        </p>
        <div className="watchwords-manner">
          <label>
            {WATCH_TEXT.severity}
            <select
              className="text-field"
              value={manner.severity}
              onChange={(event) => {
                const severity = SEVERITIES.find((one) => one === event.target.value);
                if (severity !== undefined) setManner({ ...manner, severity });
              }}
            >
              {SEVERITIES.map((severity) => (
                <option key={severity} value={severity}>
                  {SEVERITY_TEXT[severity]}
                </option>
              ))}
            </select>
          </label>
          <label>
            {WATCH_TEXT.sound}
            <select
              className="text-field"
              value={manner.sound}
              onChange={(event) => {
                const sound = ALERT_SOUNDS.find((one) => one === event.target.value);
                if (sound !== undefined) setManner({ ...manner, sound });
              }}
            >
              {ALERT_SOUNDS.map((sound) => (
                <option key={sound} value={sound}>
                  {SOUND_TEXT[sound]}
                </option>
              ))}
            </select>
          </label>
          <label className="watchwords-repeat">
            <input
              type="checkbox"
              checked={manner.repeat}
              onChange={(event) => setManner({ ...manner, repeat: event.target.checked })}
            />
            {WATCH_TEXT.repeat}
          </label>
        </div>
        <FormEnd
          deed={deed}
          confirm={WATCH_TEXT.save}
          doing={WATCH_TEXT.saving}
          onCancel={onClose}
          note={<PolicyLists lists={[...lists.values()].filter(({ origin }) => origin === 'policy')} />}
        />
      </form>
    </Modal>
  );
}
