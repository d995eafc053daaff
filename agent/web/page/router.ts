import { createRouter, createWebHashHistory } from 'vue-router';
import { Overview } from './views/overview.tsx';

/** Each view but the first is loaded when it is opened. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'overview', component: Overview },
    { path: '/alarms', name: 'alarms', component: async () => (await import('./views/alarms.tsx')).Alarms },
    { path: '/plant', name: 'plant', component: async () => (await import('./views/plant.tsx')).Plant },
    { path: '/people', name: 'people', component: async () => (await import('./views/people.tsx')).People },
    { path: '/work', name: 'work', component: async () => (await import('./views/work.tsx')).Work },
    { path: '/cameras', name: 'cameras', component: async () => (await import('./views/cameras.tsx')).Cameras },
    { path: '/trends', name: 'trends', component: async () => (await import('./views/trends.tsx')).Trends },
    { path: '/sources', name: 'sources', component: async () => (await import('./views/sources.tsx')).Sources },
    { path: '/uplinks', name: 'uplinks', component: async () => (await import('./views/uplinks.tsx')).Uplinks },
    {
      path: '/configuration',
      name: 'configuration',
      component: async () => (await import('./views/configuration.tsx')).Configuration,
    },
    {
      path: '/commissioning',
      name: 'commissioning',
      component: async () => (await import('./views/commissioning.tsx')).Commissioning,
    },
    { path: '/system', name: 'system', component: async () => (await import('./views/system.tsx')).System },
    { path: '/:rest(.*)', redirect: '/' },
  ],
});

/** Views in the order of the menu. Commissioning and configuration are shown to those who may see them. */
export const menu = [
  'overview',
  'alarms',
  'plant',
  'people',
  'work',
  'cameras',
  'trends',
  'sources',
  'uplinks',
  'commissioning',
  'configuration',
  'system',
] as const;
