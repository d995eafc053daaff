import { createApp } from 'vue';
import { router } from './router.ts';
import { Shell } from './shell.tsx';
import './style/colours.css';
import './style/frame.css';
import './style/parts.css';
import './style/trends.css';
import './style/alarms.css';
import './style/plan.css';
import './style/work.css';
import './style/cameras.css';
import './style/plant.css';
import './style/configuration.css';
import './style/commissioning.css';
// Last: it changes what the others say.
import './style/screens.css';

createApp(Shell).use(router).mount('#page');
