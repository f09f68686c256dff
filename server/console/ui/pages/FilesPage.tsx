import { type ReactElement, useId, useState } from 'react';
import type { ApprovalInfo, FileInfo, FileList, FileState } from '../../contract.ts';
import { shortTime, sizeText } from '../format.ts';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { type Column, Rows } from '../parts/Rows.tsx';
import { FILE_STATE, FILES } from '../text/files.ts';
import { TEXT } from '../text/frame.ts';

const STATES: readonly FileState[] = ['quarantined', 'scanning', 'released', 'expired', 'deleted'];
const TONE: Readonly<Record<FileState, string>> = {
  quarantined: 'danger',
  scanning: 'warn',
  released: 'good',
  expired: 'plain',
  deleted: 'plain',
};

function verdictText({ verdict }: FileInfo): string {
  if (verdict === undefined) return '';
  return [verdict.result, verdict.signature ?? verdict.reason]
    .filter((part) => part !== undefined)
    .join(': ');
}

const COLUMNS: readonly Column<FileInfo>[] = [
  {
    name: FILES.state,
    cell: ({ state }) => <span className={`mark ${TONE[state]}`}>{FILE_STATE[state]}</span>,
  },
  { name: FILES.received, cell: ({ received }) => shortTime(received), className: 'time' },
  { name: FILES.name, cell: ({ name }) => <bdi>{name}</bdi>, className: 'wide' },
  { name: FILES.sender, cell: ({ sender }) => sender.split('@')[0] },
  { name: FILES.size, cell: ({ size }) => sizeText(size), className: 'number' },
  { name: FILES.verdict, cell: verdictText, className: 'wide' },
  { name: FILES.hash, cell: ({ sha256 }) => <code>{sha256.slice(0, 12)}</code> },
];

type Deed = 'release' | 'delete';

function Fact({
  name,
  value,
}: {
  readonly name: string;
  readonly value: string | undefined;
}): ReactElement | null {
  if (value === undefined || value === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </>
  );
}

function Details(props: {
  readonly file: FileInfo;
  readonly may: boolean;
  readonly onDeed: (deed: Deed) => void;
}): ReactElement {
  const { file, may, onDeed } = props;
  const { admin, verdict } = file;
  const held = file.state === 'quarantined';
  return (
    <aside className="card details" aria-label={FILES.details}>
      <h2>
        <bdi>{file.name}</bdi>
      </h2>
      <dl>
        <Fact name={FILES.state} value={FILE_STATE[file.state]} />
        <Fact name={FILES.verdict} value={verdictText(file)} />
        <Fact name={FILES.engine} value={verdict?.engine} />
        <Fact name={FILES.sender} value={file.sender} />
        <Fact name={FILES.conversation} value={file.conversation} />
        <Fact name={FILES.label} value={file.label} />
        <Fact name={FILES.type} value={file.type} />
        <Fact name={FILES.size} value={`${file.size.toLocaleString('en')} bytes`} />
        <Fact name={FILES.hash} value={file.sha256} />
        <Fact name={FILES.received} value={shortTime(file.received)} />
        <Fact name={FILES.expires} value={shortTime(file.expires)} />
        <Fact
          name={FILES.decision}
          value={
            admin === undefined ? undefined : `${admin.actor}, ${shortTime(admin.time)}: ${admin.reason}`
          }
        />
      </dl>
      <p className="quiet">{FILES.metadata}</p>
      {may && (held || file.state === 'released') ? (
        <div className="actions start">
          {held ? (
            <button type="button" className="button" onClick={() => onDeed('release')}>
              {FILES.release}
            </button>
          ) : null}
          <button type="button" className="button button-danger" onClick={() => onDeed('delete')}>
            {FILES.remove}
          </button>
        </div>
      ) : null}
    </aside>
  );
}

export function FilesPage(): ReactElement {
  const { api, session } = useDesk();
  const [state, setState] = useState<FileState | ''>('quarantined');
  const [hash, setHash] = useState('');
  const [sender, setSender] = useState('');
  const [chosenId, setChosenId] = useState<string | undefined>(undefined);
  const [deed, setDeed] = useState<{ readonly deed: Deed; readonly file: FileInfo } | undefined>(undefined);
  const [waits, setWaits] = useState(false);
  const [stateField, hashField, senderField] = [useId(), useId(), useId()];
  const query = new URLSearchParams({
    ...(state === '' ? {} : { state }),
    ...(/^[0-9a-f]{4,64}$/i.test(hash) ? { hash } : {}),
    ...(sender === '' ? {} : { sender }),
  });
  const { value, error, reload } = useLoaded<FileList>(
    session.gate ? `/api/files?${query}` : undefined,
    undefined,
  );
  if (!session.gate) return <p className="quiet">{FILES.noGate}</p>;
  const files = value?.files ?? [];
  const chosen = files.find(({ id }) => id === chosenId);
  return (
    <div className="stack fill">
      <search className="filters">
        <label htmlFor={stateField}>{FILES.state}</label>
        <select
          id={stateField}
          value={state}
          onChange={(event) => setState(STATES.find((known) => known === event.target.value) ?? '')}
        >
          {STATES.map((known) => (
            <option key={known} value={known}>
              {FILE_STATE[known]}
            </option>
          ))}
          <option value="">{FILES.all}</option>
        </select>
        <label htmlFor={hashField}>{FILES.hash}</label>
        <input
          id={hashField}
          className="code"
          maxLength={64}
          spellCheck={false}
          autoComplete="off"
          value={hash}
          onChange={(event) => setHash(event.target.value.trim())}
        />
        <label htmlFor={senderField}>{FILES.sender}</label>
        <input
          id={senderField}
          maxLength={255}
          spellCheck={false}
          autoComplete="off"
          value={sender}
          onChange={(event) => setSender(event.target.value)}
        />
        <button type="button" className="button" onClick={reload}>
          {FILES.refresh}
        </button>
        <span className="quiet">{value === undefined ? '' : FILES.count(files.length, value.total)}</span>
      </search>
      <ErrorNotice error={error} />
      {waits ? (
        <Notice kind="warn" title={TEXT.waitsTitle}>
          {TEXT.waitsText}
        </Notice>
      ) : null}
      <div className="split">
        <div className="scroll">
          {value === undefined ? (
            <p className="quiet">{error === undefined ? TEXT.loading : ''}</p>
          ) : files.length === 0 ? (
            <p className="empty">
              {state === 'quarantined' && hash === '' && sender === '' ? FILES.emptyQuarantine : FILES.empty}
            </p>
          ) : (
            <Rows
              label={FILES.details}
              rows={files}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              chosen={chosenId}
              onChoose={({ id }) => setChosenId(id)}
            />
          )}
        </div>
        {chosen === undefined ? (
          <aside className="card details" aria-label={FILES.details}>
            <p className="quiet">{FILES.choose}</p>
          </aside>
        ) : (
          <Details
            file={chosen}
            may={session.who.role === 'officer'}
            onDeed={(next) => setDeed({ deed: next, file: chosen })}
          />
        )}
      </div>
      {deed === undefined ? null : (
        <ReasonDialog
          title={
            deed.deed === 'release' ? FILES.releaseTitle(deed.file.name) : FILES.deleteTitle(deed.file.name)
          }
          action={deed.deed === 'release' ? 'Release' : 'Delete'}
          danger
          onClose={() => setDeed(undefined)}
          onDo={async (reason) => {
            const release = deed.deed === 'release';
            const answer = await api.ask<FileInfo | { readonly approval: ApprovalInfo }>(
              `/api/files/${deed.file.id}${release ? '/release' : ''}`,
              { method: release ? 'POST' : 'DELETE', body: { reason } },
            );
            setWaits('approval' in answer);
            reload();
          }}
        >
          <p>{deed.deed === 'release' ? FILES.releaseText : FILES.deleteText}</p>
          <p className="quiet">
            {verdictText(deed.file)} · {deed.file.sender}
          </p>
        </ReasonDialog>
      )}
    </div>
  );
}
