import { afterEach, describe, expect, it } from 'vitest';
import { err } from '@yimen/contracts/base';
import { beginBody, type GatewayRig, moveUntil, startRig } from '../test/gateway-rig.ts';
import type { OperationsPort } from './index.ts';

let rig: GatewayRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

/** A rig whose store fails in the named calls while `away` is on. */
async function startWith(
  failing: readonly (keyof OperationsPort)[],
): Promise<{ here: GatewayRig; set: (away: boolean) => void }> {
  let away = false;
  const fault = err({ code: 'STORE_BUSY', message: 'busy' });
  const here = await startRig((operations) => {
    const faulty = failing.map(
      (name) => [name, async (input: never) => (away ? fault : operations[name](input))] as const,
    );
    return { ...operations, ...Object.fromEntries(faulty) };
  });
  rig = here;
  return {
    here,
    set: (value) => {
      away = value;
    },
  };
}

describe('a store that fails', () => {
  it('before the intent is kept: refused with 503, nothing was asked, and the same id works later', async () => {
    const { here, set } = await startWith(['claim']);
    const operationId = here.newId();
    set(true);
    const refused = await here.post('exitEntry.case.begin', beginBody('permit-li-na'), { operationId });
    expect(refused).toMatchObject({ status: 503, json: { error: { code: 'store-away' } } });
    expect((await here.sandboxCall('GET', '/state')).json).toMatchObject({ cases: [] });
    set(false);
    expect(await here.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })).toMatchObject({
      outcome: 'done',
      duplicate: false,
    });
  });

  it('before the outcome is kept: it is not told; unknown, then done', async () => {
    const { here, set } = await startWith(['change']);
    const operationId = here.newId();
    set(true);
    expect(await here.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })).toMatchObject({
      outcome: 'unknown',
      answer: null,
    });
    set(false);
    await moveUntil(
      here,
      async () => ((await here.get(`/v1/operations/${operationId}`)).json as { outcome: string }).outcome === 'done',
    );
    expect((await here.sandboxCall('GET', '/state')).json).toMatchObject({ cases: [{ decision: 'approved' }] });
  });
});
