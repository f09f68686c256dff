/** Where a page that is under an attacker's control can go, and what it can ask for: nowhere and nothing. */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ALICE } from '../../build/site/analysts.ts';
import { openStage, type Stage } from '../support/electron.ts';

let stage: Stage;
let client: Client;
let chat: Page;
let pin: Page;
/** Addresses of all answers that either window got, as the browser saw it. */
const answered: string[] = [];

beforeAll(async () => {
  stage = await openStage({ name: 'confinement', users: [ALICE] });
  client = await stage.seat(ALICE);
  chat = client.chat.page;
  client.application.context().on('response', (response) => answered.push(response.url()));
  await client.chat.acceptConsent();
  pin = (await client.pinWindow()).page;
  await pin.getByLabel('PIN, 6 to 8 digits').waitFor();
});
afterAll(() => stage?.stop());

const windows = () => [['chat', chat] as const, ['pin', pin] as const];

describe('navigation and windows', () => {
  it('opens no window', async () => {
    for (const [, page] of windows())
      expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
    expect(client.application.windows()).toHaveLength(2);
  });

  it('goes nowhere: script, link, form, history, hash of another page', async () => {
    const before = chat.url();
    await chat.evaluate(() => {
      for (const url of ['https://example.com/', 'file:///etc/passwd', 'app://pin/pin.html', 'about:blank']) {
        try {
          location.href = url;
        } catch {
          // Refused loudly.
        }
      }
      const link = document.createElement('a');
      link.href = 'https://example.com/';
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.dispatchEvent(new MouseEvent('auxclick', { button: 1, bubbles: true }));
      link.remove();
      const form = document.createElement('form');
      form.action = 'https://example.com/';
      document.body.append(form);
      form.submit();
      form.remove();
    });
    await chat.waitForTimeout(500);
    expect(chat.url()).toBe(before);
    expect(client.application.windows()).toHaveLength(2);
  });

  it('takes no file that is dropped on it', async () => {
    const before = chat.url();
    await chat.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['<script>1</script>'], 'x.html', { type: 'text/html' }));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
    });
    await chat.waitForTimeout(250);
    expect(chat.url()).toBe(before);
  });

  it('embeds no frame', async () => {
    await chat.evaluate(() => {
      for (const source of ['app://pin/pin.html', 'https://example.com/', 'data:text/html,x']) {
        const frame = document.createElement('iframe');
        frame.src = source;
        document.body.append(frame);
      }
    });
    await chat.waitForTimeout(500);
    const urls = chat.frames().map((frame) => frame.url());
    expect(urls.some((url) => url.startsWith('app://pin') || url.startsWith('https:'))).toBe(false);
    const reached = await chat.evaluate(
      () =>
        [...document.querySelectorAll('iframe')].filter((frame) => {
          try {
            return frame.contentWindow !== null && 'sallyport' in frame.contentWindow;
          } catch {
            return false;
          }
        }).length,
    );
    expect(reached).toBe(0);
    await chat.evaluate(() => {
      for (const frame of document.querySelectorAll('iframe')) frame.remove();
    });
  });
});

describe('permissions and devices', () => {
  it('are all denied', async () => {
    const states = await chat.evaluate(async () => {
      const names = ['camera', 'microphone', 'geolocation', 'notifications', 'clipboard-read', 'midi'];
      return Promise.all(
        names.map((name) =>
          navigator.permissions.query({ name: name as PermissionName }).then(
            ({ state }) => state,
            () => 'denied',
          ),
        ),
      );
    });
    expect(states.filter((state) => state === 'granted')).toEqual([]);
  });

  it('gives no camera, no screen, no clipboard, no place, no device', async () => {
    const outcomes = await chat.evaluate(async () => {
      const attempt = (work: () => Promise<unknown> | undefined) =>
        Promise.race([
          (async () => {
            try {
              const value = await work();
              return value === undefined || (Array.isArray(value) && value.length === 0)
                ? 'nothing'
                : 'given';
            } catch {
              return 'refused';
            }
          })(),
          new Promise<string>((resolve) => setTimeout(() => resolve('nothing'), 2_000)),
        ]);
      const devices = navigator as unknown as Record<string, { getDevices?(): Promise<unknown[]> }>;
      return Promise.all([
        attempt(() => navigator.mediaDevices?.getUserMedia({ video: true, audio: true })),
        attempt(() => navigator.mediaDevices?.getDisplayMedia({ video: true })),
        attempt(() => navigator.clipboard?.readText()),
        attempt(
          () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
        ),
        attempt(async () => devices.usb?.getDevices?.()),
        attempt(async () => devices.hid?.getDevices?.()),
        attempt(async () => devices.serial?.getDevices?.()),
      ]);
    });
    expect(outcomes.filter((outcome) => outcome === 'given')).toEqual([]);
  });
});

describe('the network', () => {
  it('is not reached from a window: a server on this machine that everything asks gets no connection', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    // WebRTC asks STUN servers by UDP, and no content security policy forbids it.
    const datagrams = createSocket('udp4', () => {
      connections++;
    });
    await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve));
    try {
      for (const [, page] of windows())
        await page.evaluate(async (base) => {
          const attempts: (() => unknown)[] = [
            () => fetch(`${base}/fetch`, { mode: 'no-cors' }),
            () => navigator.sendBeacon(`${base}/beacon`, 'x'),
            () => new WebSocket(base.replace('http', 'ws')),
            () => new EventSource(`${base}/events`),
            () => {
              const request = new XMLHttpRequest();
              request.open('GET', `${base}/xhr`);
              request.send();
            },
            () => {
              new Image().src = `${base}/image.png`;
            },
            ...['stylesheet', 'preload', 'prefetch', 'preconnect', 'icon', 'manifest', 'modulepreload'].map(
              (relation) => () => {
                const link = document.createElement('link');
                link.rel = relation;
                link.href = `${base}/${relation}`;
                document.head.append(link);
              },
            ),
            ...['img', 'video', 'audio', 'embed', 'iframe'].map((name) => () => {
              const element = document.createElement(name);
              element.setAttribute('src', `${base}/${name}`);
              document.body.append(element);
              setTimeout(() => element.remove(), 400);
            }),
            () => document.fonts.add(new FontFace('x', `url(${base}/font.woff2)`)),
            () => window.open(`${base}/window`),
            () => {
              location.href = `${base}/navigation`;
            },
            () => {
              const peer = new RTCPeerConnection({
                iceServers: [{ urls: base.replace('http://', 'stun:') }],
              });
              peer.createDataChannel('x');
              return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
            },
          ];
          for (const attempt of attempts) {
            try {
              await Promise.race([attempt(), new Promise((resolve) => setTimeout(resolve, 100))]);
            } catch {
              // Refused loudly; what counts is whether the server was reached.
            }
          }
          await new Promise((resolve) => setTimeout(resolve, 800));
        }, `http://127.0.0.1:${port}`);
    } finally {
      server.close();
      datagrams.close();
    }
    expect(connections).toBe(0);
    expect(chat.url()).toMatch(/^app:\/\/chat\//);
  });

  it('answered nothing but the application’s own files', () => {
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.filter((url) => !/^app:\/\/(?:chat|pin)\//.test(url))).toEqual([]);
  });
});
