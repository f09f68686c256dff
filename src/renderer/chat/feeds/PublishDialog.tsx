import { type FormEvent, type ReactElement, useState } from 'react';
import { FEED_LIMITS, type FeedAddress, feedId, isOfPerson } from '../../../shared/feed-contract.ts';
import { labelChoice } from '../../../shared/labels.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { FEED_TEXT } from '../../text/feeds.ts';
import { useLabelRules } from '../labels/use-labels.ts';

/** A notice for everybody who reads a feed: a title, a text, and a label where the policy has labels. */
export function PublishDialog({
  address,
  onClose,
}: {
  readonly address: FeedAddress;
  readonly onClose: () => void;
}): ReactElement {
  const { feeds } = useActions();
  const feedTitle = useWindowState(
    (state) => state.chat.collections.feeds.get(feedId(address))?.title ?? address.node,
  );
  const rules = useLabelRules();
  const choice = rules === undefined ? undefined : labelChoice(rules, address.service);
  const first = useFocusFirst<HTMLInputElement>();
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [label, setLabel] = useState(choice?.preset?.id ?? '');
  const [wrong, setWrong] = useState<'title' | 'label'>();
  const deed = useDeed();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (deed.busy) return;
    const missing =
      title.trim() === '' ? 'title' : choice?.required === true && label === '' ? 'label' : undefined;
    setWrong(missing);
    if (missing !== undefined) return;
    const notice = {
      title: title.trim().replace(/\s+/gu, ' '),
      text,
      label: label === '' ? undefined : label,
    };
    if (await deed.run(() => feeds.publish(address, notice))) onClose();
  };
  return (
    <Modal title={FEED_TEXT.publishTitle(feedTitle)} onClose={onClose} size="large">
      <form className="form" onSubmit={submit}>
        <p className="hint">{isOfPerson(address) ? FEED_TEXT.publishOwnLead : FEED_TEXT.publishLead}</p>
        {choice === undefined ? null : (
          <div className="form-field">
            <label className="field-label" htmlFor="notice-label">
              {FEED_TEXT.noticeLabel}
            </label>
            <select
              id="notice-label"
              className="text-field"
              aria-describedby="notice-label-note"
              aria-invalid={wrong === 'label'}
              value={label}
              onChange={(event) => setLabel(event.target.value)}
            >
              {choice.preset === undefined ? <option value="">{FEED_TEXT.labelNone}</option> : null}
              {choice.allowed.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.text}
                </option>
              ))}
            </select>
            <p id="notice-label-note" className={wrong === 'label' ? 'field-error' : 'hint'} role="status">
              {wrong === 'label' ? FEED_TEXT.labelMissing : null}
            </p>
          </div>
        )}
        <div className="form-field">
          <label className="field-label" htmlFor="notice-title">
            {FEED_TEXT.noticeTitle}
          </label>
          <input
            id="notice-title"
            ref={first}
            type="text"
            dir="auto"
            className="text-field"
            autoComplete="off"
            spellCheck={false}
            maxLength={FEED_LIMITS.title}
            aria-describedby="notice-title-note"
            aria-invalid={wrong === 'title'}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
          <p id="notice-title-note" className={wrong === 'title' ? 'field-error' : 'hint'} role="status">
            {wrong === 'title' ? FEED_TEXT.titleMissing : null}
          </p>
        </div>
        <div className="form-field">
          <label className="field-label" htmlFor="notice-text">
            {FEED_TEXT.noticeText}
          </label>
          <textarea
            id="notice-text"
            dir="auto"
            className="text-field"
            rows={8}
            spellCheck={false}
            maxLength={FEED_LIMITS.text}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <FormEnd deed={deed} confirm={FEED_TEXT.publishNow} doing={FEED_TEXT.publishing} onCancel={onClose} />
      </form>
    </Modal>
  );
}
