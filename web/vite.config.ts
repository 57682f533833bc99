import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.SERVER ?? 'http://127.0.0.1:20000';
// The host stays ours, as the server compares it with the origin of the page.
const proxy = Object.fromEntries(['/api', '/apiv1', '/docs', '/trackflow.js', '/trackflow-flags.js'].map((path) => [path, { target: server, changeOrigin: false }]));

export default defineConfig({
  base: '/app/',
  plugins: [react()],
  server: { port: 5173, proxy },
  preview: { port: 5174, proxy },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 700,
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
