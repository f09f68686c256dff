/**
 * Everything that the console does: one row each. Who may do it stands in `roles`, and nowhere else; where a second person
 * has to agree, `twoPersons` says for what and who that may be. The OpenAPI document is made of this table (http/openapi.ts).
 */
import { APPROVAL_PATH, APPROVE_BODY, approvalHandlers } from './areas/approvals.ts';
import {
  deleteFile,
  FILE_DEED,
  FILE_PATH,
  FILES_QUERY,
  listFiles,
  releaseFile,
  showFile,
} from './areas/files.ts';
import { endSession, showSession, startSession } from './areas/session.ts';
import { SWITCH_BODY, SWITCH_PATH, showSwitch, switchMark, throwSwitch } from './areas/switch.ts';
import { openApi } from './http/openapi.ts';
import { EVERYBODY } from './roles.ts';
import { type Route, route } from './route.ts';

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

  route({
    method: 'GET',
    address: '/api/switch',
    action: 'switch.show',
    summary: 'What is switched off',
    roles: EVERYBODY,
    twoPersons: undefined,
    audited: false,
    run: showSwitch,
  }),
  route({
    method: 'PUT',
    address: '/api/switch/{kind}/{name}',
    action: 'switch.set',
    summary: 'Puts the service (service/all), a user or a machine off or on; waits until the server confirms',
    roles: ['operator'],
    twoPersons: {
      marks: ['switch-service', 'switch-user', 'switch-machine'],
      mark: switchMark,
      approvers: ['operator', 'officer'],
    },
    audited: true,
    path: SWITCH_PATH,
    body: SWITCH_BODY,
    run: throwSwitch,
  }),

  route({
    method: 'GET',
    address: '/api/files',
    action: 'files.list',
    summary: 'Files at the gate, newest first: state, verdict, sender, hash',
    roles: ['operator', 'officer'],
    twoPersons: undefined,
    audited: true,
    query: FILES_QUERY,
    run: listFiles,
  }),
  route({
    method: 'GET',
    address: '/api/files/{id}',
    action: 'files.show',
    summary: 'One file’s record; never its content',
    roles: ['operator', 'officer'],
    twoPersons: undefined,
    audited: true,
    path: FILE_PATH,
    run: showFile,
  }),
  route({
    method: 'POST',
    address: '/api/files/{id}/release',
    action: 'files.release',
    summary: 'Gives a file in quarantine free, against the verdict',
    roles: ['officer'],
    twoPersons: { marks: ['release-file'], mark: () => 'release-file', approvers: ['officer'] },
    audited: true,
    path: FILE_PATH,
    body: FILE_DEED,
    run: releaseFile,
  }),
  route({
    method: 'DELETE',
    address: '/api/files/{id}',
    action: 'files.delete',
    summary: 'Takes a file away; its record stays',
    roles: ['officer'],
    twoPersons: undefined,
    audited: true,
    path: FILE_PATH,
    body: FILE_DEED,
    run: deleteFile,
  }),
];
