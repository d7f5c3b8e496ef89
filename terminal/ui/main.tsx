import './bridge-client/zod-without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { fitScreen } from './accessibility/fit-screen.ts';
import { App } from './app.tsx';
import { BridgeClient } from './bridge-client/bridge-client.ts';
import { pageClock } from './bridge-client/page-clock.ts';
import { bringHanFont } from './components/han-font.ts';

const root = document.getElementById('page');
if (root !== null) {
  const bridge = new BridgeClient(pageClock);
  fitScreen();
  bringHanFont();
  bridge.start();
  createRoot(root).render(
    <StrictMode>
      <App bridge={bridge} clock={pageClock} />
    </StrictMode>,
  );
}
