/**
 * Everything that the console does: one row each. Who may do it stands in `roles`, and nowhere else; where a second person
 * has to agree, `twoPersons` says for what and who that may be. The OpenAPI document is made of this table (http/openapi.ts).
 */
import { APPROVAL_PATH, APPROVE_BODY, approvalHandlers } from './areas/approvals.ts';
import { endSession, showSession, startSession } from './areas/session.ts';
import { openApi } from './http/openapi.ts';
import { EVERYBODY } from './roles.ts';
import { type Route, route } from './route.ts';
import { RECORDS } from './routes/records.ts';
import { RUNNING } from './routes/running.ts';

const approvals = approvalHandlers(() => ROUTES);

export const ROUTES: readonly Route[] = [
  route({
    method: 'POST',
    address: '/api/session',
    action: 'session.start',
    summary:
      'Starts a session; the answer’s token goes into the header Sallyport-Session of every other request',
    roles: EVERYBODY,
    twoPersons: undefined,
    audited: true,
    session: false,
    run: startSession,
  }),
  route({
    method: 'GET',
    address: '/api/session',
    action: 'session.show',
    summary: 'Who I am, and what this console is',
    roles: EVERYBODY,
    twoPersons: undefined,
    audited: false,
    run: showSession,
  }),
  route({
    method: 'DELETE',
    address: '/api/session',
    action: 'session.end',
    summary: 'Ends my session, and the connections of my card with it',
    roles: EVERYBODY,
    twoPersons: undefined,
    audited: true,
    run: endSession,
  }),
  route({
    method: 'GET',
    address: '/api/openapi.json',
    action: 'api.show',
    summary: 'This document',
    roles: EVERYBODY,
    twoPersons: undefined,
    audited: false,
    run: () => ({ json: openApi(ROUTES) }),
  }),
  route({
    method: 'GET',
    address: '/api/approvals',
    action: 'approvals.list',
    summary: 'Requests that wait for a second person, and the latest that were decided',
    roles: EVERYBODY,
    twoPersons: undefined,
    audited: false,
    run: approvals.list,
  }),
  route({
    method: 'POST',
    address: '/api/approvals/{id}/approve',
    action: 'approvals.approve',
    summary: 'Approves exactly the request whose digest is given, and does it',
    roles: EVERYBODY,
    twoPersons: undefined,
    audited: true,
    path: APPROVAL_PATH,
    body: APPROVE_BODY,
    run: approvals.approve,
  }),
  route({
    method: 'POST',
    address: '/api/approvals/{id}/reject',
    action: 'approvals.reject',
    summary: 'Rejects a request, or takes my own back',
    roles: EVERYBODY,
    twoPersons: undefined,
    audited: true,
    path: APPROVAL_PATH,
    run: approvals.reject,
  }),

  ...RUNNING,
  ...RECORDS,
];
