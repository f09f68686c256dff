import { createContext, type ReactElement, type ReactNode, useContext } from 'react';
import type { ApprovalInfo } from '../../contract.ts';
import { type Loaded, useLoaded } from './hooks.ts';

type Approvals = Loaded<{ readonly approvals: readonly ApprovalInfo[] }>;

/** How often is looked what waits; this also tells the console when its session has ended. */
const EVERY_MS = 2000;

const ApprovalsContext = createContext<Approvals | undefined>(undefined);

/** Reads what waits for an approval once for everything inside: the menu's number and the page say the same at any time. */
export function ApprovalsProvider({ children }: { readonly children: ReactNode }): ReactElement {
  return <ApprovalsContext value={useLoaded('/api/approvals', EVERY_MS)}>{children}</ApprovalsContext>;
}

export function useApprovals(): Approvals {
  const approvals = useContext(ApprovalsContext);
  if (approvals === undefined) throw new Error('no approvals');
  return approvals;
}
