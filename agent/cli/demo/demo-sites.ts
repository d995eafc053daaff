/** The example sites that can be watched, by their folder in config/sites, and what happens in each unless told otherwise. */
export const demoSites = {
  demo: { title: '双氧水示范装置 · hydrogen-peroxide unit and tank farm', scenario: 'demo' },
  'filling-station': { title: '示范加油站 · filling station', scenario: 'filling-station' },
} as const;

export type DemoSiteName = keyof typeof demoSites;

export const demoSiteNames = Object.keys(demoSites) as DemoSiteName[];
