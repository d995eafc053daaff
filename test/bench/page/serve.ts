import { systemClock } from '#agent/model/clock.ts';
import { startPage } from '#agent/web/server.ts';
import { bigSite } from './big-site.ts';

/** The page of the big site in its own process, so that what it costs can be told from what the browser costs. */
const page = await startPage({
  port: bigSite(),
  options: { host: '127.0.0.1', port: 0, isReadOnly: false, anonymous: 'viewer' },
  clock: systemClock,
  onTrouble: (text, cause) => console.error(text, cause),
  health: () => ({ isLive: true, isReady: true, isDegraded: false, reasons: [] }),
});
console.log(JSON.stringify({ url: page.url }));
