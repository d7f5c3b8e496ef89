import type { Fault } from '@yimen/contracts/device';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { validate } from './print.ts';
import { encodePlain } from './protocol.ts';
import type { PrintServer } from './server.ts';
import { faultOf, isStopped, refusal, statusOf } from './status.ts';

/** Cancels every job. Done is an empty list. */
export async function purge(server: PrintServer): Promise<EffectResult> {
  const before = server.purged;
  // The first contact may empty the queue already.
  const ready = await server.ready();
  const purged = ready.ok ? await server.purge() : ready;
  const canceled = server.purged - before;
  if (purged.ok) return done(server, { canceled });
  return { outcome: canceled === 0 ? 'notDone' : 'unknown', evidence: [], fault: purged.error, value: { canceled } };
}

/** Empties the queue, lets it go on when it is stopped, and looks whether it is well then. */
export async function resetQueue(server: PrintServer): Promise<EffectResult> {
  server.doubt();
  const emptied = await purge(server);
  if (emptied.outcome !== 'done') return emptied;
  const stopped = await server.look();
  if (stopped.ok && isStopped(stopped.value)) {
    const told = await server.told({
      operation: 'resumePrinter',
      encode: (head) => encodePlain('resumePrinter', head),
    });
    if (!told.ok) return notDone(told.error);
  }
  await server.doubtReasons();
  const raw = await server.ready();
  if (!raw.ok) return notDone(raw.error);
  const fault = refusal(raw.value) ?? (statusOf(raw.value).device === 'online' ? undefined : faultOf(raw.value));
  return fault === undefined ? { ...done(server), value: emptied.value } : notDone(fault);
}

/** A look, and whether the queue would take a document. Paper would be wasted for no proof: nobody sees it come out. */
export async function selfTest(server: PrintServer, operationId: string): Promise<EffectResult> {
  server.doubt();
  const raw = await server.ready();
  if (!raw.ok) return notDone(raw.error);
  const fault =
    refusal(raw.value) ?? faultOf(raw.value) ?? (await validate(server, { operationId, sides: 'one', colour: 'mono' }));
  return fault === undefined ? done(server) : notDone(fault);
}

function done(server: PrintServer, value?: EffectResult['value']): EffectResult {
  return { outcome: 'done', evidence: [], completedAt: server.clock.wallMs(), ...(value && { value }) };
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}
