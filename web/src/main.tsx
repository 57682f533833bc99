import '@mantine/core/styles.layer.css';
import './tokens.css';

import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeClient } from './api/ask';
import { App } from './App';
import { theme, variables } from './theme';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={makeClient()}>
        <App />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

// After an update the parts of the old build are gone: the page is loaded again, once a minute at most.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('trackflow.reloaded') ?? 0);
  if (Date.now() - last < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem('trackflow.reloaded', String(Date.now()));
  location.reload();
});
