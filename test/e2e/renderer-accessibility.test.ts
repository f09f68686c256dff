import { testScenes, testThePolicy } from '../support/accessibility.ts';

testScenes(0);
testThePolicy();
