import { err, ok, type Result } from '@yimen/contracts/base';
import type { ChipAccess, Fault } from '@yimen/contracts/device';
import { basicAccessKeys } from './access-keys.ts';
import { basicAccessCommand, basicAccessSecrets } from './basic-access.ts';
import type { ChipLink } from './chip-link.ts';
import { externalAuthenticate, getChallenge } from './protocol.ts';
import { secureMessagingFault } from './status.ts';

/** Basic Access Control with the printed page, in the selected application; the link is secured with its keys.
 *  @fault securityFail the printed page does not open this chip */
export async function runBasicAccess(link: ChipLink, access: ChipAccess): Promise<Result<void, Fault>> {
  const challenge = await link.require(getChallenge(), 'access');
  if (!challenge.ok) return challenge;
  if (challenge.value.length !== 8) return err(secureMessagingFault('malformed'));
  const keys = basicAccessKeys(access);
  const share = { random: link.random(8), key: link.random(16) };
  const answer = await link.require(externalAuthenticate(basicAccessCommand(keys, challenge.value, share)), 'access');
  const secrets = answer.ok ? basicAccessSecrets(keys, challenge.value, share, answer.value) : undefined;
  for (const secret of [keys.encryption, keys.mac, share.key]) secret.fill(0);
  if (!answer.ok) return answer;
  if (secrets?.ok !== true) return err(secureMessagingFault('mac'));
  link.secure(secrets.value);
  return ok(undefined);
}
