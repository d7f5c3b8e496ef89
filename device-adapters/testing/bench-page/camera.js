/** Draws the camera as the machine sees it: is it there, and who has it open. Its picture is the citizen's page's.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').View} View
 */
import { lamp, make } from './elements.js';

const KIND = 'camera';

/** The row in the cabinet's front; nothing when the bench has no camera.
 *  @param {State} state
 *  @param {View} view */
export function drawCamera(state, { text }) {
  const camera = state.devices[KIND];
  if (camera === undefined) return null;
  const holders = Array.isArray(camera.state.holders) ? camera.state.holders.map(String) : [];
  const says = holders.length === 0 ? text.cameraFree : text.cameraHeld(holders.join(', '));
  return make(
    'section',
    { class: 'port', 'data-kind': KIND },
    make('h3', {}, lamp(camera, text), text.kinds[KIND] ?? ''),
    make('p', { class: 'quiet', role: 'status' }, says),
  );
}
