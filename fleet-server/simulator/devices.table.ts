/** The devices of a light terminal. */
export const LIGHT_DEVICES = [
  { module: 'cardUnit', driver: 'card-unit-creator-crt591', model: 'CRT-591' },
  { module: 'travelDocument', driver: 'travel-document-icao-9303', model: 'PC/SC' },
  { module: 'endorsementPrinter', driver: 'endorsement-printer-yimen-ref1', model: 'REF-1' },
  { module: 'receiptPrinter', driver: 'receipt-printer-epson-escpos', model: 'TM-T88' },
  { module: 'paymentTerminal', driver: 'payment-terminal-yimen-ref1', model: 'REF-1' },
  { module: 'camera', driver: 'camera-v4l2-any', model: 'UVC' },
  { module: 'documentLocker', driver: 'document-locker-yimen-ref1', model: 'REF-1' },
] as const;

/** What goes wrong now and then, in the devices' own words, and the services it takes away. */
export interface LightFault {
  readonly module: string;
  readonly state: 'hardwareError' | 'userError' | 'offline' | 'powerOff';
  readonly fault: string;
  readonly media: 'jammed' | 'notPresent' | null;
  readonly lost: readonly string[];
  readonly weight: number;
}

export const LIGHT_FAULTS: readonly LightFault[] = [
  { module: 'receiptPrinter', state: 'userError', fault: 'paperOut', media: 'notPresent', lost: [], weight: 4 },
  { module: 'receiptPrinter', state: 'hardwareError', fault: 'mediaJam', media: 'jammed', lost: [], weight: 2 },
  {
    module: 'documentLocker',
    state: 'hardwareError',
    fault: 'stackJam',
    media: 'jammed',
    lost: ['exit.collect', 'hh.idcollect'],
    weight: 3,
  },
  {
    module: 'endorsementPrinter',
    state: 'hardwareError',
    fault: 'mediaJam',
    media: 'jammed',
    lost: ['exit.endorse', 'exit.card'],
    weight: 3,
  },
  {
    module: 'paymentTerminal',
    state: 'offline',
    fault: 'connectionLost',
    media: null,
    lost: ['exit.endorse', 'exit.pay', 'veh.licence', 'veh.vlic', 'veh.violation', 'hh.idapply'],
    weight: 2,
  },
  {
    module: 'cardUnit',
    state: 'hardwareError',
    fault: 'shutterJam',
    media: null,
    lost: ['exit.endorse', 'exit.card'],
    weight: 1,
  },
];

export const LIGHT_SUPPLIES = [
  { unit: 'receiptPaper', capacity: 1500 },
  { unit: 'licenceBlanks', capacity: 300 },
  { unit: 'inspectionMarks', capacity: 400 },
] as const;
