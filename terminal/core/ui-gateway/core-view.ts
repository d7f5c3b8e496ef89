import type { NeighbourHall } from '@yimen/contracts/back-office';
import { CATALOGUE } from '@yimen/contracts/service';
import { viewSchema, type Language, type Mode, type View } from '@yimen/contracts/ui';
import { CORE_LIMITS } from '../limits.table.ts';
import type { OfferedService } from '../service-store/index.ts';
import { mayServe, type Recovery, type TerminalCondition } from '../session-supervisor/index.ts';
import { offReason, SOME_REASON, STATE_REASONS } from './spoken-reasons.table.ts';

/** Everything a screen outside a session is made of. */
export interface CoreScene {
  readonly condition: TerminalCondition;
  /** Wall and elapsed milliseconds of the present condition. */
  readonly sinceWallMs: number;
  readonly elapsedMs: number;
  readonly recovery: Recovery;
  readonly offered: readonly OfferedService[];
  readonly hall: { readonly zh: string; readonly en: string };
  readonly hotline: string;
  readonly halls: readonly NeighbourHall[];
  readonly demo: boolean;
  readonly lang: Language;
  readonly mode: Mode;
}

/** A scene without the page's own language and mode. */
export type SceneFacts = Omit<CoreScene, 'lang' | 'mode'>;

/** The view that core draws when no session does: attract, out of service, recovery or maintenance (screens A2).
 *  @param number the view's number on its connection */
export function coreView(scene: CoreScene, number: number): View {
  const frame = {
    view: number,
    lang: scene.lang,
    mode: scene.mode,
    hall: scene.hall,
    step: null,
    service: null,
    left: null,
    canBack: false,
    canLeave: false,
    demo: scene.demo,
  };
  return viewSchema.parse({ ...frame, ...kindAndBody(scene) });
}

function kindAndBody(scene: CoreScene): Record<string, unknown> {
  const { state, why } = scene.condition;
  if (state === 'maintenance') return { kind: 'maintenance', body: { untilMs: null, nearest: nearest(scene) } };
  if (scene.recovery.state !== 'none') {
    const phase = scene.recovery.state === 'stuck' ? 'callStaff' : 'settling';
    return { kind: 'recovery', body: { phase, incident: scene.recovery.incident } };
  }
  if (mayServe(state)) return { kind: 'attract', body: { hallName: hallName(scene), off: off(scene) } };
  // A start is told as what it is; only a look that does not end is told as a fault.
  if (why === 'devices' && scene.elapsedMs < CORE_LIMITS.lookingIsStartMs)
    return { kind: 'recovery', body: { phase: 'checking', incident: null } };
  const reason = (STATE_REASONS[why ?? ''] ?? SOME_REASON)[scene.lang];
  return {
    kind: 'out-of-service',
    body: { sinceMs: scene.sinceWallMs, why: reason, works: [], nearest: nearest(scene), hotline: scene.hotline },
  };
}

function hallName(scene: CoreScene): string {
  return scene.lang === 'en' ? scene.hall.en : scene.hall.zh;
}

function off(scene: CoreScene): { service: string; title: string; why: string }[] {
  return scene.offered
    .filter((service) => service.state === 'off')
    .slice(0, 16)
    .map(({ id, why }) => {
      const row = CATALOGUE.find((service) => service.id === id);
      return {
        service: id,
        title: (scene.lang === 'en' ? row?.en : row?.zh) ?? id,
        why: offReason(why ?? '', scene.lang),
      };
    });
}

/** The first hall of which there is fresh word that something works; without fresh word no claim is made. */
function nearest(scene: CoreScene): { name: string; address: string; hours: string } | null {
  const hall = scene.halls.find((other) => other.working !== null && other.working.length > 0);
  if (hall === undefined) return null;
  return scene.lang === 'en'
    ? { name: hall.en, address: hall.addressEn, hours: hall.hoursEn }
    : { name: hall.zh, address: hall.addressZh, hours: hall.hoursZh };
}
