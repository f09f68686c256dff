import { type ReactElement, useState } from 'react';
import type { DirectoryRead, PeopleList, PersonInfo } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { Field } from '../parts/Field.tsx';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { Identities, identitiesOf, listsOf, textsOf } from '../parts/Identities.tsx';
import { Tick } from '../parts/Lines.tsx';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { Rows } from '../parts/Rows.tsx';
import { TEXT } from '../text/frame.ts';
import { PEOPLE } from '../text/people.ts';

const SHOWN = 200;
const NOBODY: PersonInfo = {
  account: '',
  name: '',
  disabled: false,
  off: false,
  online: 0,
  upns: [],
  xmppAddrs: [],
  spkiSha256: [],
  issuerSerials: [],
  subjectKeyIds: [],
};

function PersonState({ disabled, off }: PersonInfo): ReactElement {
  if (disabled) return <span className="mark danger">{PEOPLE.disabled}</span>;
  if (off) return <span className="mark danger">{PEOPLE.off}</span>;
  return <span className="mark good">{PEOPLE.enabled}</span>;
}

function PersonDialog(props: {
  readonly person: PersonInfo;
  /** The directory says the rest. */
  readonly identitiesOnly: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { person, identitiesOnly, onClose, onDone } = props;
  const { api } = useDesk();
  const [account, setAccount] = useState(person.account);
  const [disabled, setDisabled] = useState(person.disabled);
  const [texts, setTexts] = useState(textsOf(person));
  return (
    <ReasonDialog
      title={PEOPLE.changeTitle(person.account)}
      action="Save"
      danger={disabled}
      ready={account.trim() !== ''}
      onClose={onClose}
      onDo={async (reason) => {
        await api.ask(`/api/people/${encodeURIComponent(account.trim())}`, {
          method: 'PUT',
          body: { disabled, ...listsOf(texts), reason },
        });
        onDone();
      }}
    >
      {person.account === '' ? (
        <Field label={PEOPLE.account} value={account} onChange={setAccount} required />
      ) : null}
      {identitiesOnly ? (
        <p className="quiet">{PEOPLE.identitiesOnly}</p>
      ) : (
        <Tick label={PEOPLE.isDisabled} value={disabled} onChange={setDisabled} />
      )}
      <Identities
        account={account.trim()}
        identitiesOnly={identitiesOnly}
        texts={texts}
        onChange={setTexts}
      />
    </ReasonDialog>
  );
}

/** What came of reading the directory, and what of it somebody should look at. */
function ReadNotices({ read }: { readonly read: DirectoryRead | undefined }): ReactElement | null {
  if (read === undefined) return null;
  return (
    <>
      <Notice kind="good">{PEOPLE.readDone(read)}</Notice>
      {read.identitiesSpared === 0 ? null : (
        <Notice kind="warn">{PEOPLE.readSpared(read.identitiesSpared)}</Notice>
      )}
      {read.skipped === 0 ? null : <Notice kind="warn">{PEOPLE.readSkipped(read.skipped)}</Notice>}
    </>
  );
}

export function PeoplePage(): ReactElement {
  const { api, session } = useDesk();
  const [text, setText] = useState('');
  const [changing, setChanging] = useState<PersonInfo | undefined>(undefined);
  const [reading, setReading] = useState(false);
  const [read, setRead] = useState<DirectoryRead | undefined>(undefined);
  const query = new URLSearchParams({
    limit: String(SHOWN),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
  });
  const { value, error, reload } = useLoaded<PeopleList>(`/api/people?${query}`, undefined);
  const may = session.who.role === 'operator';
  const byHand = may && value !== undefined && !value.directory;
  const mappable = may && value?.mappable === true;
  return (
    <div className="stack">
      {value === undefined ? null : (
        <p className="quiet">
          {value.directory ? PEOPLE.fromDirectory : PEOPLE.byHand}{' '}
          {value.validUntil === undefined ? '' : PEOPLE.goodUntil(shortTime(value.validUntil))}
        </p>
      )}
      <div className="section-line">
        <search className="inline-form">
          <Field label={PEOPLE.filter} value={text} onChange={setText} maxLength={200} />
        </search>
        <span className="quiet grow">
          {value === undefined ? '' : PEOPLE.more(value.people.length, value.total)}
        </span>
        {byHand ? (
          <button type="button" className="button" onClick={() => setChanging(NOBODY)}>
            {PEOPLE.add}
          </button>
        ) : null}
        {may && value?.directory === true ? (
          <button type="button" className="button" onClick={() => setReading(true)}>
            {PEOPLE.read}
          </button>
        ) : null}
      </div>
      <ErrorNotice error={error} />
      <ReadNotices read={read} />
      {value === undefined ? null : value.people.length === 0 ? (
        <p className="empty">{PEOPLE.empty}</p>
      ) : (
        <Rows
          label={PEOPLE.account}
          rows={value.people}
          keyOf={({ account }) => account}
          columns={[
            { name: PEOPLE.state, cell: (person) => <PersonState {...person} /> },
            { name: PEOPLE.account, cell: ({ account }) => account },
            { name: PEOPLE.name, cell: ({ name }) => <bdi>{name}</bdi> },
            { name: PEOPLE.online, cell: ({ online }) => online, className: 'number' },
            {
              name: PEOPLE.identities,
              cell: (person) => <bdi className="two-lines">{identitiesOf(person)}</bdi>,
              className: 'wide rest',
            },
            ...(mappable
              ? [
                  {
                    name: TEXT.action,
                    cell: (person: PersonInfo) => (
                      <button
                        type="button"
                        className="button row-button"
                        aria-label={`${PEOPLE.change} ${person.account}`}
                        onClick={() => setChanging(person)}
                      >
                        {PEOPLE.change}
                      </button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {changing === undefined ? null : (
        <PersonDialog
          person={changing}
          identitiesOnly={!byHand}
          onClose={() => setChanging(undefined)}
          onDone={reload}
        />
      )}
      {reading ? (
        <ReasonDialog
          title={PEOPLE.readTitle}
          action="Read"
          onClose={() => setReading(false)}
          onDo={async (reason) => {
            setRead(await api.ask('/api/directory', { method: 'POST', body: { reason } }));
            reload();
          }}
        />
      ) : null}
    </div>
  );
}
