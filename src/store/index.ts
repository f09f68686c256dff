export type {
  Place,
  PutBatch,
  PutRun,
  SearchHit,
  SearchPage,
  StoreAccess,
  StoredArchive,
  StoredHole,
  StoredKeys,
  StoredMessage,
  StoredPlace,
  StoredRanges,
  StoredTail,
  StoreErrorCode,
} from './contract.ts';
export type { ReferenceSpace } from './references.ts';
export { StoreClient } from './store-client.ts';
