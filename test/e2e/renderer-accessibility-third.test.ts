import { testScenes } from '../support/accessibility.ts';

testScenes(2);
