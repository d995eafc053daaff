import type { DerivedSection } from './derived-section.ts';
import { headcountSection } from './headcount/section.ts';
import { fillingSection } from './fillings/section.ts';
import { hazardSourceSection } from './hazard-source/section.ts';
import { safetySystemSection } from './bypasses/safety-system-section.ts';
import { bypassSection } from './bypasses/section.ts';
import { permitSection } from './permits/section.ts';
import { floodSection } from './floods/section.ts';
import { stopSection } from './stops/section.ts';
import { lightningSection } from './lightning/section.ts';
import { registerSection } from './registers/section.ts';
import { trendSection } from './trend/section.ts';
import { rulesSection } from './rules/section.ts';
import { tripSection } from './trips/section.ts';
import { valveSection } from './valves/section.ts';
import { warningLevelSection } from './warning-level/section.ts';

/** In the order in which they work: a derivation may read the points of those before it. */
export const derivedSections: readonly DerivedSection[] = [
  valveSection,
  bypassSection,
  safetySystemSection,
  tripSection,
  fillingSection,
  headcountSection,
  lightningSection,
  stopSection,
  permitSection,
  registerSection,
  hazardSourceSection,
  trendSection,
  rulesSection,
  warningLevelSection,
  floodSection,
];
