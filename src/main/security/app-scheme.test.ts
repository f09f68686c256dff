import { describe, expect, it } from 'vitest';
import {
  answerRequest,
  buildFileTable,
  CONTENT_SECURITY_POLICY,
  pageUrl,
  requestAllowed,
  SECURITY_HEADERS,
} from './app-scheme.ts';

const table = buildFileTable(
  [
    'chat.html',
    'chat.js',
    'assets/icon-AB12.svg',
    'chat.js.map',
    'secret.txt',
    '.hidden.js',
    '../main.cjs',
    'a/../b.js',
    'sp ace.js',
    'no-ending',
    'x.constructor',
  ],
  (name) => `/app/renderer/${name}`,
);

describe('the table of files', () => {
  it('holds only what a page is made of, by exact name', () => {
    expect([...table.keys()]).toEqual(['/chat.html', '/chat.js', '/assets/icon-AB12.svg']);
  });
});

describe('answerRequest', () => {
  it('serves a file of the table with its type', () => {
    expect(answerRequest('GET', 'app://chat/chat.html', 'chat', table)).toEqual({
      status: 200,
      file: { path: '/app/renderer/chat.html', contentType: 'text/html; charset=utf-8' },
    });
    expect(answerRequest('GET', pageUrl('chat'), 'chat', table).status).toBe(200);
  });

  it.each([
    'app://chat/',
    'app://chat',
    'app://chat/../chat.html',
    'app://chat/%2e%2e/chat.html',
    'app://chat/%63hat.html',
    'app://chat/..%2fmain.cjs',
    'app://chat/..\\main.cjs',
    'app://chat/\\chat.html',
    'app://chat//chat.html',
    'app://chat/chat.html/',
    'app://chat/chat.html?x=1',
    'app://chat/chat.html#x',
    'app://chat/CHAT.html',
    'app://chat/chat.js.map',
    'app://chat/secret.txt',
    'app://pin/chat.html',
    'app://other/chat.html',
    'app://chat.evil/chat.html',
    'app://user:password@chat/chat.html',
    'app://chat:80/chat.html',
    'APP://chat/chat.html',
    'file:///app/renderer/chat.html',
    'https://chat/chat.html',
    'app://chat/__proto__',
    'app://chat/constructor',
    'app://chat/chat.html\u0000.png',
  ])('answers 404 for %j', (url) => {
    expect(answerRequest('GET', url, 'chat', table).status).toBe(404);
  });

  it.each(['POST', 'HEAD', 'PUT', 'OPTIONS', 'get', ''])('answers 405 for the method %j', (method) => {
    expect(answerRequest(method, 'app://chat/chat.html', 'chat', table).status).toBe(405);
  });
});

describe('requestAllowed', () => {
  it('keeps every request inside the window’s own origin', () => {
    expect(requestAllowed('app://chat/chat.js', 'chat')).toBe(true);
    for (const url of [
      'app://pin/pin.js',
      'app://chat.evil/',
      'app://chat',
      'https://example.test/',
      'http://127.0.0.1/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'data:text/html,x',
      'blob:app://chat/1',
      'chrome://gpu/',
      'devtools://devtools/bundled/inspector.html',
      'about:blank',
    ])
      expect(requestAllowed(url, 'chat'), url).toBe(false);
  });
});

describe('the headers', () => {
  it('carry the policy without a colon after the directive names', () => {
    expect(SECURITY_HEADERS['Content-Security-Policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; frame-src 'none'; worker-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|:/);
  });
});
