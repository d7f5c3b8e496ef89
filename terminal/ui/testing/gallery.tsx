import '../bridge-client/zod-without-eval.ts';
import { createRoot } from 'react-dom/client';
import { fitScreen } from '../accessibility/fit-screen.ts';
import { App } from '../app.tsx';
import { pageClock } from '../bridge-client/page-clock.ts';
import { bringHanFont } from '../components/han-font.ts';
import { FixedBridge } from './fixed-bridge.ts';
import { FIXTURE_NAMES, fixtureView } from './fixtures.ts';
import { readAddress } from './gallery-address.ts';

declare global {
  interface Window {
    /** For whoever drives the gallery: what is shown, what can be shown, what the page asked for. */
    gallery: { bridge: FixedBridge; readonly names: readonly string[]; drawn: string };
  }
}

const root = createRoot(document.getElementById('page') ?? document.body);
bringHanFont();
let unfit = (): void => undefined;

function draw(): void {
  const choice = readAddress(location.hash);
  const bridge = new FixedBridge(pageClock);
  unfit();
  unfit = fitScreen(choice.orientation);
  bridge.show(fixtureView(choice.fixture, choice) ?? null, choice.connection);
  window.gallery = { bridge, names: FIXTURE_NAMES, drawn: location.hash };
  root.render(<App key={location.hash} bridge={bridge} clock={pageClock} />);
}

window.addEventListener('hashchange', draw);
draw();
