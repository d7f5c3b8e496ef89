import { readDg14, readDg15 } from '../../drivers/travel-document-icao-9303/authenticity/chip-keys.ts';
import { readCertificate } from '../../drivers/travel-document-icao-9303/authenticity/certificate.ts';
import { readSecurityObject } from '../../drivers/travel-document-icao-9303/authenticity/security-object.ts';
import {
  readCom,
  readDg1,
  readDg11,
  readDg2,
  readEndorsements,
} from '../../drivers/travel-document-icao-9303/data-groups.ts';
import { readMrz } from '../../drivers/travel-document-icao-9303/mrz.ts';
import { readCardAccess } from '../../drivers/travel-document-icao-9303/pace/card-access.ts';
import { ChipFiles } from '../../drivers/travel-document-icao-9303/simulated-chip-files.ts';
import { cardAccessFile } from '../../drivers/travel-document-icao-9303/simulated-security-infos.ts';
import { permitOf } from '../things.ts';
import type { FuzzTarget } from './target.ts';

const LIGHT_FILES = [0x011e, 0x0101, 0x010b, 0x0f01];
const SECURITY_FILES = [0x011d, 0x010e, 0x010f];

/** Files of a chip that offers everything. Its keys are made anew in each process, and with them a part of these bytes. */
function filesOf(identifiers: readonly number[]): readonly Uint8Array[] {
  const files = new ChipFiles(
    {
      ...permitOf('permit-li-na'),
      chipOffers: {
        pace: { parameter: 13, can: '500011' },
        holder: { fullName: '李𬭎', personalNumber: '440606199004120020' },
        chipAuthentication: 'AES',
        activeAuthentication: 'RSA-SHA256',
        isSigned: true,
      },
    },
    new Set(),
  );
  return identifiers.map((identifier) => files.file(identifier)).filter((file) => file !== undefined);
}

function filesTarget(): FuzzTarget {
  const face = filesOf([0x0102]).map((file) => file.subarray(0, 600));
  return {
    name: 'chip-files',
    seeds: [...filesOf(LIGHT_FILES), ...face],
    run(damaged) {
      readCom(damaged);
      readDg1(damaged);
      readDg2(damaged);
      readDg11(damaged);
      readEndorsements(damaged);
    },
  };
}

function securityTarget(): FuzzTarget {
  return {
    name: 'chip-security',
    seeds: [...filesOf(SECURITY_FILES), cardAccessFile(12, false), cardAccessFile(13, true)],
    run(damaged) {
      readCardAccess(damaged);
      readDg14(damaged);
      readDg15(damaged);
      readSecurityObject(damaged);
      readCertificate(damaged);
    },
  };
}

function zoneTarget(): FuzzTarget {
  const zones = [
    'CSC500000115<3412017<9004125<<',
    'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10',
    'I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
  ];
  return {
    name: 'mrz',
    seeds: zones.map((zone) => new TextEncoder().encode(zone)),
    run(damaged) {
      readMrz(new TextDecoder('latin1').decode(damaged));
    },
  };
}

/** What is read of a chip, past its secure messaging. */
export function chipTargets(): readonly FuzzTarget[] {
  return [filesTarget(), securityTarget(), zoneTarget()];
}
