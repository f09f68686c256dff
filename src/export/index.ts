export { type ChainedRecord, chainOf, NO_HASH, sha256 } from './chain.ts';
export { documentOf, type ExportHead } from './document.ts';
export { exportMarking } from './marking.ts';
export { type ExportVerdict, type Manifest, makeProof, verifyExport } from './proof.ts';
