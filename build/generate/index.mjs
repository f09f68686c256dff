/** The parts of the generator, for tests. */
export {
  allRowProblems,
  coverageProblems,
  readEnforcement,
  rowProblems,
} from './enforcement.mjs';
export { referencePage } from './reference.mjs';
export { makeResolver, parseSchemas, readSchemas } from './schemas.mjs';
export { collectSettings } from './settings.mjs';
