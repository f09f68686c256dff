import { type ReactElement, useState } from 'react';
import type { CertificateInfo, PersonInfo } from '../../contract.ts';
import { PEOPLE } from '../text/people.ts';
import { useDesk, useDoing } from './hooks.ts';
import { Lines, linesOf } from './Lines.tsx';
import { ErrorNotice, Notice } from './Notice.tsx';

/** The lists of an account that certificates are mapped by, in the order in which they are asked for. */
const LISTS = ['upns', 'xmppAddrs', 'issuerSerials', 'subjectKeyIds', 'spkiSha256'] as const;
export type IdentityList = (typeof LISTS)[number];
/** What a directory may leave to the console. */
const NOT_OF_DIRECTORY: readonly IdentityList[] = ['issuerSerials', 'subjectKeyIds', 'spkiSha256'];
/** One field each, a value a line. */
export type IdentityTexts = Readonly<Record<IdentityList, string>>;

const LABEL: Readonly<Record<IdentityList, string>> = {
  upns: PEOPLE.upns,
  xmppAddrs: PEOPLE.xmppAddrs,
  issuerSerials: PEOPLE.issuerSerials,
  subjectKeyIds: PEOPLE.subjectKeyIds,
  spkiSha256: PEOPLE.spki,
};

export function textsOf(person: PersonInfo): IdentityTexts {
  const texts = LISTS.map((list): [string, string] => [list, person[list].join('\n')]);
  return Object.fromEntries(texts) as IdentityTexts;
}

/** The lists as the console takes them. */
export function listsOf(texts: IdentityTexts): Readonly<Record<IdentityList, readonly string[]>> {
  const lists = LISTS.map((list): [string, readonly string[]] => [list, linesOf(texts[list])]);
  return Object.fromEntries(lists) as Readonly<Record<IdentityList, readonly string[]>>;
}

/** All identities of an account in one line. */
export function identitiesOf(person: PersonInfo): string {
  return LISTS.flatMap((list) => person[list]).join(', ');
}

/** What a certificate has, each with a button that puts it into its field. */
function Found(props: {
  readonly info: CertificateInfo;
  readonly account: string;
  readonly lists: readonly IdentityList[];
  readonly onAdd: (list: IdentityList, value: string) => void;
}): ReactElement {
  const { info, account, lists, onAdd } = props;
  const others = info.accounts.filter((name) => name !== account);
  return (
    <>
      <p className="quiet">
        <bdi>{PEOPLE.certificateOf(info.subject, info.serial)}</bdi>
      </p>
      {others.length === 0 ? null : <Notice kind="danger">{PEOPLE.itsAlready(others.join(', '))}</Notice>}
      <ul className="found">
        {lists.flatMap((list) =>
          info[list].map((value) => (
            <li key={`${list} ${value}`}>
              <button
                type="button"
                className="button row-button"
                aria-label={`${PEOPLE.add1} ${PEOPLE.kinds[list]}`}
                onClick={() => onAdd(list, value)}
              >
                {PEOPLE.add1}
              </button>
              <span className="quiet">{PEOPLE.kinds[list]}</span>
              <bdi className="cut">{value}</bdi>
            </li>
          )),
        )}
      </ul>
    </>
  );
}

/** The fields of a person's identities, and a certificate to fill them from. */
export function Identities(props: {
  readonly account: string;
  readonly identitiesOnly: boolean;
  readonly texts: IdentityTexts;
  readonly onChange: (texts: IdentityTexts) => void;
}): ReactElement {
  const { account, identitiesOnly, texts, onChange } = props;
  const lists = identitiesOnly ? NOT_OF_DIRECTORY : LISTS;
  const { api } = useDesk();
  const [certificate, setCertificate] = useState('');
  const [info, setInfo] = useState<CertificateInfo | undefined>(undefined);
  const doing = useDoing();
  const add = (list: IdentityList, value: string): void => {
    const lines = linesOf(texts[list]);
    if (!lines.includes(value)) onChange({ ...texts, [list]: [...lines, value].join('\n') });
  };
  return (
    <>
      <Lines label={PEOPLE.certificate} value={certificate} onChange={setCertificate} />
      <div className="section-line">
        <button
          type="button"
          className="button"
          disabled={certificate.trim() === '' || doing.busy}
          onClick={() =>
            doing.run(async () => {
              setInfo(undefined);
              setInfo(await api.ask('/api/people/certificate', { method: 'POST', body: { certificate } }));
            })
          }
        >
          {PEOPLE.readCertificate}
        </button>
      </div>
      <ErrorNotice error={doing.error} />
      {info === undefined ? null : <Found info={info} account={account} lists={lists} onAdd={add} />}
      {lists.map((list) => (
        <Lines
          key={list}
          label={LABEL[list]}
          value={texts[list]}
          onChange={(value) => onChange({ ...texts, [list]: value })}
        />
      ))}
    </>
  );
}
