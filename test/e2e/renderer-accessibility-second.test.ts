import { expectBanners, testScenes } from '../support/accessibility.ts';

testScenes(1, { 'shows the classification above and below, whatever is open': expectBanners });
