/** The audit log's form: lines, their chain, and their way to a collector. */
export {
  type AuditCheck,
  ChainChecker,
  type ChainFinding,
  type ChainReport,
  checkAuditText,
} from './chain.ts';
export { type AuditContext, type AuditLine, MAX_LINE_BYTES, parseLine, sealLine } from './line.ts';
export { syslogFrame } from './syslog.ts';
