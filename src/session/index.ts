export { Session, type SessionOptions } from './session.ts';
