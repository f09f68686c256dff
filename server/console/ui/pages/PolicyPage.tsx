import { type ChangeEvent, type ReactElement, useId, useState } from 'react';
import type { ApprovalInfo, BundleInfo, PolicyDiff, PolicyInfo } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { useDesk, useDoing, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { Rows } from '../parts/Rows.tsx';
import { TEXT } from '../text/frame.ts';
import { POLICY } from '../text/policy.ts';

const EVERY_MS = 5000;
const TONE: Readonly<Record<string, string>> = { tighter: 'good', looser: 'danger' };

/** A file's octets as base64. */
function base64Of(file: File): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => failed(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });
}

interface Choice {
  readonly bundle: BundleInfo;
  readonly ring: string;
}

function Diff({ diff }: { readonly diff: PolicyDiff }): ReactElement {
  return (
    <section className="card" aria-label={POLICY.compare}>
      <h2>{POLICY.diff(diff.from, diff.to)}</h2>
      {diff.changes.length === 0 ? (
        diff.from === undefined ? null : (
          <p className="quiet">{POLICY.same}</p>
        )
      ) : (
        <Rows
          label={POLICY.setting}
          rows={diff.changes}
          keyOf={({ pointer }) => pointer}
          columns={[
            {
              name: POLICY.effect,
              cell: ({ effect }) => <span className={`mark ${TONE[effect] ?? 'plain'}`}>{effect}</span>,
            },
            {
              name: POLICY.setting,
              cell: ({ title, pointer }) => (
                <>
                  {title} <code className="quiet">{pointer}</code>
                </>
              ),
              className: 'wide',
            },
            { name: POLICY.before, cell: ({ before }) => <code>{before}</code>, className: 'wide' },
            { name: POLICY.after, cell: ({ after }) => <code>{after}</code>, className: 'wide' },
          ]}
        />
      )}
    </section>
  );
}

function Upload({ onFile }: { readonly onFile: (file: File) => void }): ReactElement {
  const id = useId();
  return (
    <div className="inline-form">
      <label htmlFor={id}>{POLICY.upload}</label>
      <input
        id={id}
        type="file"
        onChange={(event: ChangeEvent<HTMLInputElement>) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
    </div>
  );
}

export function PolicyPage(): ReactElement {
  const { api, session } = useDesk();
  const { value, error, reload } = useLoaded<PolicyInfo>('/api/policy', EVERY_MS);
  const [file, setFile] = useState<File | undefined>(undefined);
  const [choice, setChoice] = useState<Choice | undefined>(undefined);
  const [diff, setDiff] = useState<PolicyDiff | undefined>(undefined);
  const [outcome, setOutcome] = useState<'waits' | Choice | undefined>(undefined);
  const doing = useDoing();
  const may = session.who.role === 'operator';
  if (value === undefined)
    return error === undefined ? <p className="quiet">{TEXT.loading}</p> : <ErrorNotice error={error} />;
  if (value.rings.length === 0) return <p className="empty">{POLICY.noRings}</p>;
  const compare = (bundle: BundleInfo, ring: string): void =>
    doing.run(async () =>
      setDiff(await api.ask<PolicyDiff>(`/api/policy/rings/${ring}/diff/${bundle.sha256}`)),
    );
  return (
    <div className="stack">
      <p className="quiet">{POLICY.intro}</p>
      <ErrorNotice error={error ?? doing.error} />
      {outcome === undefined ? null : outcome === 'waits' ? (
        <Notice kind="warn" title={TEXT.waitsTitle}>
          {TEXT.waitsText}
        </Notice>
      ) : (
        <Notice kind="good">{POLICY.putOutDone(outcome.bundle.sequence, outcome.ring)}</Notice>
      )}
      <section aria-label={POLICY.rings}>
        <h2>{POLICY.rings}</h2>
        <Rows
          label={POLICY.rings}
          rows={value.rings}
          keyOf={({ name }) => name}
          columns={[
            { name: POLICY.ring, cell: ({ name }) => <strong>{name}</strong> },
            { name: POLICY.policy, cell: ({ out }) => out?.policyId ?? POLICY.nothing },
            { name: POLICY.sequence, cell: ({ out }) => out?.sequence ?? '–', className: 'number' },
            {
              name: POLICY.since,
              cell: ({ out }) => (out === undefined ? '' : shortTime(out.since)),
              className: 'time',
            },
            {
              name: POLICY.validUntil,
              cell: ({ out }) => (out === undefined ? '' : shortTime(out.validUntil)),
              className: 'time',
            },
            { name: POLICY.by, cell: ({ out }) => out?.by ?? '' },
          ]}
        />
      </section>
      <section aria-label={POLICY.bundles}>
        <div className="section-line">
          <h2 className="grow">{POLICY.bundles}</h2>
          {may ? <Upload onFile={setFile} /> : null}
        </div>
        {value.bundles.length === 0 ? (
          <p className="empty">{POLICY.noBundles}</p>
        ) : (
          <Rows
            label={POLICY.bundles}
            rows={value.bundles}
            keyOf={({ sha256 }) => sha256}
            columns={[
              { name: POLICY.policy, cell: ({ policyId }) => policyId },
              { name: POLICY.sequence, cell: ({ sequence }) => sequence, className: 'number' },
              {
                name: POLICY.signers,
                cell: ({ signers }) => signers.map((key) => key.slice(0, 12)).join(', '),
              },
              { name: POLICY.validUntil, cell: ({ validUntil }) => shortTime(validUntil), className: 'time' },
              {
                name: POLICY.uploaded,
                cell: ({ uploaded, by }) => `${shortTime(uploaded)} ${by}`,
                className: 'time',
              },
              {
                name: TEXT.action,
                cell: (bundle) => (
                  <span className="inline-form">
                    {value.rings.map(({ name, out }) =>
                      out?.sha256 === bundle.sha256 ? null : (
                        <span key={name} className="pair">
                          <span className="quiet">{name}</span>
                          <button
                            type="button"
                            className="button row-button"
                            aria-label={`${POLICY.compare} ${bundle.sequence} ${POLICY.compareWith(name)}`}
                            onClick={() => compare(bundle, name)}
                          >
                            {POLICY.compare}
                          </button>
                          {may ? (
                            <button
                              type="button"
                              className="button row-button"
                              aria-label={`${POLICY.putOut} ${bundle.sequence} ${name}`}
                              onClick={() => setChoice({ bundle, ring: name })}
                            >
                              {POLICY.putOut}
                            </button>
                          ) : null}
                        </span>
                      ),
                    )}
                  </span>
                ),
              },
            ]}
          />
        )}
      </section>
      {diff === undefined ? null : <Diff diff={diff} />}
      <section aria-label={POLICY.taken}>
        <h2>{POLICY.taken}</h2>
        {value.taken.length === 0 ? null : (
          <Rows
            label={POLICY.taken}
            rows={value.taken}
            keyOf={({ policyId, sequence }) => `${policyId} ${sequence}`}
            columns={[
              { name: POLICY.policy, cell: ({ policyId }) => policyId },
              { name: POLICY.sequence, cell: ({ sequence }) => sequence, className: 'number' },
              { name: POLICY.machines, cell: ({ machines }) => machines, className: 'number' },
            ]}
          />
        )}
        <p className="quiet">{POLICY.unknown(value.unknown)}</p>
      </section>
      {file === undefined ? null : (
        <ReasonDialog
          title={`${POLICY.upload}: ${file.name}`}
          action="Upload"
          onClose={() => setFile(undefined)}
          onDo={async (reason) => {
            const bundle = await base64Of(file);
            await api.ask('/api/policy/bundles', { method: 'POST', body: { bundle, reason } });
            reload();
          }}
        >
          <p>{POLICY.intro}</p>
        </ReasonDialog>
      )}
      {choice === undefined ? null : (
        <ReasonDialog
          title={POLICY.putOutTitle(choice.bundle.sequence, choice.ring)}
          action="Put out"
          onClose={() => setChoice(undefined)}
          onDo={async (reason) => {
            const answer = await api.ask<object | { readonly approval: ApprovalInfo }>(
              `/api/policy/rings/${choice.ring}`,
              { method: 'PUT', body: { sha256: choice.bundle.sha256, reason } },
            );
            setOutcome('approval' in answer ? 'waits' : choice);
            reload();
          }}
        >
          <p>{POLICY.putOutText}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
