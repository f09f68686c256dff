import type { ReactElement, ReactNode } from 'react';
import type { ApiError } from '../api.ts';

/** A sentence that matters: what went wrong, what was done. */
export function Notice(props: {
  readonly kind: 'good' | 'warn' | 'danger';
  readonly title?: string;
  readonly children: ReactNode;
}): ReactElement {
  const { kind, title, children } = props;
  return (
    <div className={`notice ${kind}`} role={kind === 'danger' ? 'alert' : 'status'}>
      {title === undefined ? null : <strong>{title}</strong>}
      <span>{children}</span>
    </div>
  );
}

export function ErrorNotice({ error }: { readonly error: ApiError | undefined }): ReactElement | null {
  if (error === undefined) return null;
  return (
    <Notice kind="danger">
      {error.message} {error.detail ?? ''} <code>{error.code}</code>
    </Notice>
  );
}
