import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.SERVER ?? 'http://127.0.0.1:20000';
const proxy = { '/api': server, '/apiv1': server, '/docs': server, '/trackflow.js': server };

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
