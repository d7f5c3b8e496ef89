import { idNumber } from '@yimen/contracts/testing';
import type { ChipOffers } from './card-path.ts';

/** Permits whose chips offer more than the files behind Basic Access Control, which opens them, too. The card access
 *  number stands on a card's front and in no zone: a person types it. */
export const CHIP_OFFERS: Readonly<Record<string, ChipOffers>> = {
  'permit-rare-name': {
    pace: { parameter: 13, can: '500167' },
    holder: { fullName: '陈䶮', personalNumber: idNumber('440606', '19910219', '009') },
    chipAuthentication: 'AES',
    isSigned: true,
  },
  'permit-reversed': {
    pace: { parameter: 12, can: '500156' },
    holder: { fullName: '徐倩', personalNumber: idNumber('440606', '19840330', '004') },
    activeAuthentication: 'ECDSA',
    isSigned: true,
  },
};
