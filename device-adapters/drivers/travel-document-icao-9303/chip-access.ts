import { err, ok, type Result } from '@yimen/contracts/base';
import type { ChipAccess, Fault, TravelDocument } from '@yimen/contracts/device';
import { runBasicAccess } from './basic-access-run.ts';
import type { ChipLink } from './chip-link.ts';
import { readSelected } from './file-reader.ts';
import { chipLimits } from './limits.table.ts';
import { readCardAccess, type PaceOffer } from './pace/card-access.ts';
import { runPace } from './pace/pace-run.ts';
import { FILE, selectApplication, selectFile, selectMasterFile } from './protocol.ts';
import { fileFault } from './status.ts';

/** Opens a chip that was just reset: PACE where EF.CardAccess offers a way that this driver speaks, then the
 *  application; else the application, then Basic Access Control. A chip that refused PACE is never asked for the weaker
 *  Basic Access Control: whoever sits between could force it (README.md, "Downgrade").
 *  @fault invalidMedia not a travel document, or a malformed EF.CardAccess; securityFail the printed page or the card
 *  access number does not open this chip */
export async function openChip(link: ChipLink, access: ChipAccess): Promise<Result<TravelDocument['access'], Fault>> {
  const offer = await paceOffer(link);
  if (!offer.ok) return offer;
  if (offer.value !== undefined) {
    const opened = await runPace(link, offer.value, access);
    if (!opened.ok) return opened;
  }
  const selected = await link.require(selectApplication(), 'select-application');
  if (!selected.ok) return selected;
  if (offer.value !== undefined) return ok('PACE');
  const opened = await runBasicAccess(link, access);
  return opened.ok ? ok('BAC') : opened;
}

/** Before access everything is in the clear, and every chip says in its own words that it has no EF.CardAccess. */
async function paceOffer(link: ChipLink): Promise<Result<PaceOffer | undefined, Fault>> {
  // A chip stands in its master file after a reset; some only after it was selected. Its word is not needed.
  const master = await link.transmit(selectMasterFile());
  if (!master.ok) return master;
  const selected = await link.transmit(selectFile(FILE.cardAccess));
  if (!selected.ok) return selected;
  if (selected.value.statusWord !== 0x9000) return ok(undefined);
  const file = await readSelected(link, chipLimits.cardAccessBytes);
  if (!file.ok) return file;
  const offer = readCardAccess(file.value);
  return offer.ok ? offer : err(fileFault(offer.error));
}
