import { err, ok, type Result } from '@yimen/contracts/base';
import { openPostgres } from './postgres-bridge.ts';
import { isPostgresUrl, shownAddress } from './store-address.ts';
import { storeFaultOf, type StoreFault } from './store-fault.ts';

/** Whether a database server can be reached and is fit, for whoever starts a fleet server and wants to tell a person before
 *  anything runs. Of a file nothing is asked: the server makes it.
 *  @fault STORE_AWAY · STORE_DENIED · DATA_UNREADABLE, with the address and never the password */
export async function checkStore(place: string): Promise<Result<void, StoreFault>> {
  if (!isPostgresUrl(place)) return ok(undefined);
  try {
    await (await openPostgres(place, { readOnly: true })).close();
    return ok(undefined);
  } catch (error) {
    const fault = storeFaultOf(error);
    if (fault === undefined) throw error;
    return err({ code: fault.code, message: `${shownAddress(place)}: ${fault.message}` });
  }
}
