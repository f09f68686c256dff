import { expectBanners, testScenes, testThePolicy } from '../support/accessibility.ts';

testScenes(0, { 'shows the classification above and below, whatever is open': expectBanners });
testThePolicy();
