import { createRouter, createWebHashHistory } from 'vue-router';
import { Overview } from './views/overview.tsx';

/** Each view but the first is loaded when it is opened. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'overview', component: Overview },
    { path: '/alarms', name: 'alarms', component: async () => (await import('./views/alarms.tsx')).Alarms },
    { path: '/sources', name: 'sources', component: async () => (await import('./views/sources.tsx')).Sources },
    { path: '/uplinks', name: 'uplinks', component: async () => (await import('./views/uplinks.tsx')).Uplinks },
    { path: '/:rest(.*)', redirect: '/' },
  ],
});

/** Views in the order of the menu. */
export const menu = ['overview', 'alarms', 'sources', 'uplinks'] as const;
