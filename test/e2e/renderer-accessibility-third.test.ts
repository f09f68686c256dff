import { expectBanners, testScenes } from '../support/accessibility.ts';

testScenes(2, { 'shows the classification above and below, whatever is open': expectBanners });
