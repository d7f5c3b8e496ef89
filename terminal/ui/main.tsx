import './bridge-client/zod-without-eval.ts';
import { StrictMode, useEffect, useState, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { BridgeClient } from './bridge-client/bridge-client.ts';
import { pageClock } from './bridge-client/page-clock.ts';
import './plain-screen.css';
import { PlainScreen } from './plain-screen.tsx';

const bridge = new BridgeClient(pageClock);

function App(): ReactElement {
  const [state, setState] = useState(bridge.state);
  useEffect(() => bridge.subscribe(() => setState(bridge.state)), []);
  if (state.connection === 'superseded') {
    return (
      <main className="plain">
        <h1>此屏幕已在别处打开 · Opened elsewhere</h1>
        <button type="button" className="main" onClick={bridge.takeBack}>
          取回屏幕 Take it back
        </button>
      </main>
    );
  }
  if (state.view === null || state.connection === 'away') {
    return (
      <main className="plain">
        <h1>正在恢复，请稍候 · One moment please</h1>
        <p>
          机器正在自检。您的证件和付款都有记录。The machine is checking itself. Your document and money are on record.
        </p>
      </main>
    );
  }
  return <PlainScreen view={state.view} send={bridge.send} />;
}

const root = document.getElementById('page');
if (root !== null) {
  bridge.start();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
