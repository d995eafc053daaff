import { createApp } from 'vue';
import { router } from './router.ts';
import { Shell } from './shell.tsx';
import './style.css';

createApp(Shell).use(router).mount('#page');
