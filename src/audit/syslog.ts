/** A line of the audit log as a syslog message (RFC 5424), framed for TLS (RFC 5425 4.3). */
import type { AuditLine } from './line.ts';

/** Facility 13, log audit (RFC 5424 table 1). */
const FACILITY = 13;
const SEVERITY = { success: 6, failure: 4 } as const;
const APP_NAME = 'sallyport';
/** RFC 5424 7.2.2: a private name needs an enterprise number; 32473 is kept for documentation (RFC 5612). */
const SD_ID = 'sallyport@32473';
const NIL = '-';

/** PRINTUSASCII of at most `length` (RFC 5424 6). */
function header(text: string, length: number): string {
  return text.replace(/[^\x21-\x7e]/gu, '_').slice(0, length) || NIL;
}

/** RFC 5424 6.3.3: quote, backslash and closing bracket are escaped. Controls do not belong into a parameter. */
function parameter(name: string, value: string): string {
  const escaped = value.replace(/[\p{Cc}]/gu, '_').replace(/["\\\]]/gu, (sign) => `\\${sign}`);
  return `${name}="${escaped}"`;
}

/**
 * @param text the line's JSON exactly as it is in the log, which becomes the message: the collector's copy can be checked
 * by its hashes
 */
export function syslogFrame(line: AuditLine, text: string): Buffer {
  const priority = FACILITY * 8 + SEVERITY[line.outcome];
  const data = [
    SD_ID,
    parameter('seq', String(line.seq)),
    parameter('machine', line.machine),
    parameter('user', line.user),
    parameter('session', line.session),
    parameter('outcome', line.outcome),
    parameter('hash', line.hash),
  ].join(' ');
  const head = [
    `<${priority}>1`,
    line.time,
    header(line.machine, 255),
    APP_NAME,
    header(line.session, 128),
    header(line.event, 32),
    `[${data}]`,
  ].join(' ');
  // RFC 5424 6.4: a message in UTF-8 begins with the byte order mark.
  const message = Buffer.from(`${head} \ufeff${text}`, 'utf8');
  return Buffer.concat([Buffer.from(`${message.length} `, 'latin1'), message]);
}
