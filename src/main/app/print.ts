/**
 * Prints a page of ours to PDF: in a window that nobody sees, in a partition of its own that holds this one page and can
 * reach nothing else, with scripts switched off.
 */
import { BrowserWindow, session } from 'electron';
import { AppError } from '../../shared/errors.ts';
import { APP_SCHEME } from '../security/app-scheme.ts';

const PAGE = `${APP_SCHEME}://print/page.html`;
/** 10,000 messages are some hundred pages. */
const LIMIT_MS = 120_000;
/** The page's own style is the only thing it is made of. */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

let count = 0;

/** Rejects with EXPORT_PRINT_FAILED. */
export async function printToPdf(html: string): Promise<Uint8Array> {
  count += 1;
  // In memory, and locked like every session when it is made (session-lockdown.ts); then opened for the one page.
  const partition = session.fromPartition(`sallyport-print-${count}`);
  partition.protocol.registerBufferProtocol(APP_SCHEME, (request, respond) => {
    const isPage = request.url === PAGE && request.method === 'GET';
    respond({ statusCode: isPage ? 200 : 404, headers: HEADERS, data: Buffer.from(isPage ? html : '') });
  });
  partition.webRequest.onBeforeRequest((details, answer) => answer({ cancel: details.url !== PAGE }));
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: partition,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      images: false,
      webgl: false,
      plugins: false,
      devTools: false,
      disableDialogs: true,
      spellcheck: false,
      v8CacheOptions: 'none',
    },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('late')), LIMIT_MS);
    });
    const printed = window
      .loadURL(PAGE)
      .then(() =>
        window.webContents.printToPDF({ pageSize: 'A4', printBackground: true, preferCSSPageSize: true }),
      );
    return new Uint8Array(await Promise.race([printed, late]));
  } catch (error) {
    throw new AppError('EXPORT_PRINT_FAILED', undefined, { cause: error });
  } finally {
    clearTimeout(timer);
    window.destroy();
    partition.protocol.unregisterProtocol(APP_SCHEME);
  }
}
