export type {
  Place,
  PutRun,
  SearchHit,
  SearchPage,
  StoreAccess,
  StoredKeys,
  StoredMessage,
  StoredTail,
  StoreErrorCode,
} from './contract.ts';
export type { ReferenceSpace } from './references.ts';
export { StoreClient } from './store-client.ts';
