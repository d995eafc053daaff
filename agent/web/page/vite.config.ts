import { defineConfig } from 'vite';

/** The page: built into `dist`, which the agent serves. Nothing is loaded from anywhere else. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'vue' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The page's rules of content allow no inlined data but images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The chart library of the alarm figures, in kB; loaded only when they are looked at.
    chunkSizeWarningLimit: 600,
    reportCompressedSize: true,
  },
});
