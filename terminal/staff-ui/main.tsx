import '../ui/bridge-client/zod-without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ConsoleClient } from './console-client.ts';

const root = document.getElementById('page');
if (root !== null) {
  const client = new ConsoleClient();
  client.start();
  createRoot(root).render(
    <StrictMode>
      <App client={client} />
    </StrictMode>,
  );
}
