import '../ui/bridge-client/zod-without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { bringHanFont } from '../ui/components/han-font.ts';
import { App } from './app.tsx';
import { ConsoleClient } from './console-client.ts';

const root = document.getElementById('page');
if (root !== null) {
  const client = new ConsoleClient();
  client.start();
  bringHanFont();
  createRoot(root).render(
    <StrictMode>
      <App client={client} />
    </StrictMode>,
  );
}
