import { type ReactElement, useCallback, useEffect, useState } from 'react';
import type { SessionInfo } from '../contract.ts';
import type { Role } from '../roles.ts';
import { type Api, ApiError } from './api.ts';
import { AlarmsPage } from './pages/AlarmsPage.tsx';
import { ApprovalsPage } from './pages/ApprovalsPage.tsx';
import { AuditPage } from './pages/AuditPage.tsx';
import { ExportsPage } from './pages/ExportsPage.tsx';
import { FeedsPage } from './pages/FeedsPage.tsx';
import { FilesPage } from './pages/FilesPage.tsx';
import { MachinesPage } from './pages/MachinesPage.tsx';
import { MessagesPage } from './pages/MessagesPage.tsx';
import { NowPage } from './pages/NowPage.tsx';
import { PeoplePage } from './pages/PeoplePage.tsx';
import { PolicyPage } from './pages/PolicyPage.tsx';
import { RetentionPage } from './pages/RetentionPage.tsx';
import { SwitchPage } from './pages/SwitchPage.tsx';
import { ApprovalsProvider, useApprovals } from './parts/approvals.tsx';
import { DeskContext } from './parts/hooks.ts';
import { PAGE, ROLE, TEXT } from './text/frame.ts';

interface Page {
  readonly id: keyof typeof PAGE;
  readonly roles: readonly Role[];
  readonly show: () => ReactElement;
}

/** In the order of the menu; Alt and a digit lead there, 0 to the tenth. */
const PAGES: readonly Page[] = [
  { id: 'now', roles: ['operator', 'officer', 'auditor'], show: () => <NowPage /> },
  { id: 'alarms', roles: ['operator', 'officer', 'auditor'], show: () => <AlarmsPage /> },
  { id: 'people', roles: ['operator', 'auditor'], show: () => <PeoplePage /> },
  { id: 'machines', roles: ['operator', 'auditor'], show: () => <MachinesPage /> },
  { id: 'policy', roles: ['operator', 'officer', 'auditor'], show: () => <PolicyPage /> },
  { id: 'switch', roles: ['operator', 'officer', 'auditor'], show: () => <SwitchPage /> },
  { id: 'files', roles: ['operator', 'officer'], show: () => <FilesPage /> },
  { id: 'approvals', roles: ['operator', 'officer', 'auditor'], show: () => <ApprovalsPage /> },
  { id: 'messages', roles: ['officer'], show: () => <MessagesPage /> },
  { id: 'audit', roles: ['officer', 'auditor'], show: () => <AuditPage /> },
  { id: 'exports', roles: ['officer', 'auditor'], show: () => <ExportsPage /> },
  { id: 'retention', roles: ['officer', 'auditor'], show: () => <RetentionPage /> },
  { id: 'feeds', roles: ['operator', 'officer', 'auditor'], show: () => <FeedsPage /> },
];

/** The key that leads to a page; those after the tenth have none. */
const digitOf = (index: number): number | undefined => (index < 10 ? (index + 1) % 10 : undefined);

function usePage(pages: readonly Page[]): readonly [Page | undefined, (id: string) => void] {
  const read = useCallback(() => window.location.hash.replace(/^#\//, ''), []);
  const [id, setId] = useState(read);
  useEffect(() => {
    const changed = (): void => setId(read());
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, [read]);
  const go = useCallback((next: string) => {
    window.location.hash = `/${next}`;
  }, []);
  return [pages.find((page) => page.id === id) ?? pages[0], go];
}

function Menu(props: { readonly pages: readonly Page[]; readonly current: string }): ReactElement {
  const { pages, current } = props;
  const { value } = useApprovals();
  const waiting =
    value?.approvals.filter(({ state, mayApprove }) => state === 'pending' && mayApprove).length ?? 0;
  return (
    <nav aria-label={TEXT.pages}>
      {pages.map(({ id }, index) => (
        <a
          key={id}
          href={`#/${id}`}
          aria-current={id === current ? 'page' : undefined}
          aria-keyshortcuts={digitOf(index) === undefined ? undefined : `Alt+${digitOf(index)}`}
        >
          <span className="grow">{PAGE[id]}</span>
          {id === 'approvals' && waiting > 0 ? (
            <span className="badge">{waiting}</span>
          ) : digitOf(index) === undefined ? null : (
            <kbd>Alt {digitOf(index)}</kbd>
          )}
        </a>
      ))}
    </nav>
  );
}

function Shell(props: { readonly api: Api; readonly session: SessionInfo }): ReactElement {
  const { api, session } = props;
  const { who, domain, engine } = session;
  const pages = PAGES.filter(({ roles }) => roles.includes(who.role));
  const [page, go] = usePage(pages);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const wanted = event.altKey
        ? pages.find((_page, index) => event.code === `Digit${digitOf(index)}`)
        : undefined;
      if (wanted === undefined) return;
      event.preventDefault();
      go(wanted.id);
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  });
  useEffect(() => {
    document.title = page === undefined ? TEXT.product : `${PAGE[page.id]} · ${TEXT.product}`;
  }, [page]);
  if (page === undefined) return <p>{TEXT.none}</p>;
  return (
    <DeskContext value={{ api, session }}>
      <button type="button" className="skip" onClick={() => document.getElementById('main')?.focus()}>
        {TEXT.skip}
      </button>
      <header className="top">
        <span className="brand">
          {TEXT.product} <span className="quiet">{TEXT.console}</span>
        </span>
        <span className="grow quiet">
          {domain} · {engine}
        </span>
        <span className="who">
          <bdi>{who.name}</bdi> <span className={`mark role-${who.role}`}>{ROLE[who.role]}</span>
        </span>
        <button type="button" className="button" onClick={() => void api.end()}>
          {TEXT.lock}
        </button>
      </header>
      <ApprovalsProvider>
        <Menu pages={pages} current={page.id} />
        <main id="main" tabIndex={-1}>
          <h1>{PAGE[page.id]}</h1>
          <div key={page.id} className="page">
            {page.show()}
          </div>
        </main>
      </ApprovalsProvider>
    </DeskContext>
  );
}

type State =
  | { readonly at: 'opening' }
  | { readonly at: 'open'; readonly session: SessionInfo }
  | { readonly at: 'locked' }
  | { readonly at: 'refused'; readonly error: ApiError };

export function App({ api }: { readonly api: Api }): ReactElement {
  const [state, setState] = useState<State>({ at: 'opening' });
  const open = useCallback(() => {
    setState({ at: 'opening' });
    api.onEnded = () => setState({ at: 'locked' });
    api.start().then(
      (session) => setState({ at: 'open', session }),
      (error: unknown) => {
        if (error instanceof ApiError) setState({ at: 'refused', error });
      },
    );
  }, [api]);
  useEffect(open, [open]);
  if (state.at === 'open') return <Shell api={api} session={state.session} />;
  if (state.at === 'opening')
    return (
      <main className="gate">
        <p className="quiet">{TEXT.opening}</p>
      </main>
    );
  return (
    <main className="gate">
      <h1>{state.at === 'locked' ? TEXT.lockedTitle : TEXT.refusedTitle}</h1>
      <p>{state.at === 'locked' ? TEXT.lockedText : state.error.message}</p>
      <button type="button" className="button button-primary" onClick={open}>
        {state.at === 'locked' ? TEXT.goOn : TEXT.retry}
      </button>
    </main>
  );
}
