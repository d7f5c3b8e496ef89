import type { DeviceKind } from './ports/index.ts';
import type { Action, DeviceState, MediaState } from './status.ts';

/** One of our words beside the standard's. Names and versions after the XFS4IoT specification 2024-3, as its public
 *  reference implementation (KAL-ATM-Software/KAL_XFS4IoT_SP-Dev, MIT) generates them. */
export interface Xfs4IotRow {
  /** `null`: the standard has no name for it. */
  readonly theirs: string | null;
  /** Version of the command → version of its completion; one figure where the other is not recorded. */
  readonly versions?: string;
  /** In what ours differs; left out where it does not. */
  readonly deviation?: string;
}
type Rows<K extends string> = Readonly<Record<K, Xfs4IotRow>>;

/** Members that every device has, and the units' verbs. */
export const XFS4IOT_BASE: Rows<string> = {
  describe: {
    theirs: 'Common.Capabilities',
    versions: '2.0→3.0',
    deviation: 'with the serial number, and with the evidence that the device can give',
  },
  status: {
    theirs: 'Common.Status',
    versions: '2.0→3.0',
    deviation: 'says since when and how it is known (`reported`, `inferred`, `stale`); never an error',
  },
  onStatus: { theirs: 'Common.StatusChangedEvent', deviation: 'changed axes only' },
  claim: {
    theirs: null,
    deviation: 'the standard lets any connection command; ours needs a lease with a visible owner',
  },
  reset: { theirs: '(class).Reset', versions: '2.0→2.0', deviation: 'the destination of a medium is always said' },
  selfTest: { theirs: null },
  getOperation: { theirs: null, deviation: 'the standard cannot be asked what the last command did' },
  units: { theirs: 'Storage.GetStorage', versions: '2.0→2.1' },
  startExchange: { theirs: 'Storage.StartExchange', versions: '2.0→2.0' },
  setUnits: {
    theirs: 'Storage.SetStorage',
    versions: '2.1→2.0',
    deviation: 'all or nothing; serial numbers of the pieces',
  },
  endExchange: { theirs: 'Storage.EndExchange', versions: '2.0→2.0' },
};

/** Verbs by device kind. */
export const XFS4IOT_VERBS: Readonly<Record<DeviceKind, Rows<string>>> = {
  'card-unit': {
    acceptCard: {
      theirs: 'CardReader.Move',
      versions: '2.0→2.0',
      deviation: 'waits for the card; the standard accepts as part of a read',
    },
    moveCard: { theirs: 'CardReader.Move', versions: '2.0→2.0' },
    ejectCard: {
      theirs: 'CardReader.Move',
      versions: '2.0→2.0',
      deviation: 'to `exit`; ends when the card is taken (MediaRemovedEvent) or not',
    },
    captureCard: { theirs: 'CardReader.Move', versions: '2.0→2.0', deviation: 'to a storage unit of type retain' },
    dispenseCard: { theirs: 'CardReader.Move', versions: '2.0→2.0', deviation: 'from a storage unit of type dispense' },
    position: {
      theirs: 'Common.Status',
      versions: '2.0→3.0',
      deviation: 'the card reader’s `media`, and the bin’s count',
    },
    openChip: { theirs: 'CardReader.ChipPower', versions: '2.0→3.0' },
  },
  'travel-document': {
    waitForChip: { theirs: 'CardReader.ChipPower', versions: '2.0→3.0', deviation: 'waits' },
    readDocument: {
      theirs: 'CardReader.ChipIO',
      versions: '3.0→3.0',
      deviation: 'a whole document, not single APDUs; identity and authenticity have no standard word',
    },
    accessUsed: { theirs: null },
    release: { theirs: 'CardReader.ChipPower', versions: '2.0→3.0' },
  },
  'id-card-reader': {
    waitForCard: { theirs: 'CardReader.ReadRawData', versions: '2.0→3.0', deviation: 'its first half' },
    readIdentity: {
      theirs: 'CardReader.ReadRawData',
      versions: '2.0→3.0',
      deviation: 'fields of the card, not tracks',
    },
    readExtraAddress: { theirs: null },
    samIdentity: { theirs: 'CardReader.QueryIFMIdentifier', versions: '2.0→2.0', deviation: 'of the security module' },
    waitForRemoval: { theirs: 'CardReader.MediaRemovedEvent', deviation: 'asked for' },
  },
  'endorsement-printer': {
    takeCard: { theirs: null, deviation: 'a hand-over between two devices' },
    erase: { theirs: null },
    printEndorsement: {
      theirs: 'Printer.PrintNative',
      versions: '3.0→2.0',
      deviation: 'with a read-back; no form language',
    },
    readBack: { theirs: 'Printer.ReadImage', versions: '3.0→3.0', deviation: 'recognised text, not the picture' },
    handBack: { theirs: null, deviation: 'a hand-over between two devices' },
  },
  'receipt-printer': {
    printReceipt: { theirs: 'Printer.PrintNative', versions: '3.0→2.0', deviation: 'lines as data; no form language' },
    present: { theirs: 'Printer.ControlMedia', versions: '3.0→2.0' },
    retract: { theirs: 'Printer.RetractMedia', versions: '3.0→3.0' },
  },
  'payment-terminal': {
    charge: { theirs: null, deviation: 'the terminal is certified as a whole; the PIN stays in it' },
    cancel: { theirs: 'Common.Cancel', versions: '2.0→2.0' },
    queryCharge: { theirs: null },
    refund: { theirs: null },
  },
  camera: {
    health: { theirs: 'Common.Status', versions: '2.0→3.0', deviation: 'adds `black`, `covered`, `frozen`' },
    checkFrame: { theirs: null, deviation: 'Camera.TakePicture (2.0→3.0) is the page’s; here its figures are judged' },
  },
  fingerprint: {
    capture: { theirs: 'Biometric.Read', versions: '2.0→3.0', deviation: 'with quality hints' },
    waitForRemoval: { theirs: 'Biometric.SubjectRemovedEvent', deviation: 'asked for' },
    clear: { theirs: 'Biometric.Clear', versions: '2.0→2.0' },
  },
  'signature-pad': {
    capture: { theirs: null },
    clear: { theirs: null },
    cancel: { theirs: 'Common.Cancel', versions: '2.0→2.0' },
  },
  'qr-reader': {
    start: {
      theirs: 'BarcodeReader.Read',
      versions: '2.0→3.0',
      deviation: 'lit over several codes; equal ones within a window are one',
    },
    waitForCode: { theirs: 'BarcodeReader.Read', versions: '2.0→3.0' },
    stop: { theirs: 'BarcodeReader.Reset', versions: '2.0' },
  },
  'licence-printer': {
    make: {
      theirs: 'Printer.PrintNative',
      versions: '3.0→2.0',
      deviation: 'takes a serialised blank, laminates, reads back',
    },
    verify: { theirs: 'Printer.ReadImage', versions: '3.0→3.0', deviation: 'a digest, not the picture' },
    present: { theirs: 'Printer.ControlMedia', versions: '3.0→2.0' },
    retract: { theirs: 'Printer.RetractMedia', versions: '3.0→3.0' },
    acceptOld: { theirs: 'Check.MediaIn', versions: '2.0→2.0', deviation: 'one licence into the recovery bin' },
  },
  'document-printer': {
    loadDocument: { theirs: null },
    printDocument: { theirs: 'Printer.PrintNative', versions: '3.0→2.0', deviation: 'PDF' },
    jobState: { theirs: null, deviation: 'the words are IPP’s (RFC 8011)' },
    purge: { theirs: 'Printer.Reset', versions: '3.0→2.0' },
  },
  'document-scanner': {
    scan: { theirs: 'Check.MediaIn', versions: '2.0→2.0', deviation: 'all pages or none (Check.MediaInRollback)' },
    readPage: { theirs: 'Check.ReadImage', deviation: 'in pieces' },
    cancel: { theirs: 'Check.Reset', versions: '2.0' },
  },
  'document-locker': {
    inventory: { theirs: 'Storage.GetStorage', versions: '2.0→2.1', deviation: 'serial numbers' },
    present: {
      theirs: 'Printer.ControlMedia',
      versions: '3.0→2.0',
      deviation: 'the one document with this serial, read again first',
    },
    retract: { theirs: 'Printer.RetractMedia', versions: '3.0→3.0' },
    readBack: { theirs: 'Printer.ReadImage', versions: '3.0→3.0', deviation: 'the serial only' },
  },
  'cabinet-io': {
    sensors: { theirs: 'Common.Status', versions: '2.0→3.0', deviation: 'Auxiliaries’ part; adds temperature' },
    setLight: { theirs: 'Lights.SetLight', versions: '3.0→2.0' },
    setLock: { theirs: 'Auxiliaries.SetAuxiliaries', versions: '2.0' },
    power: { theirs: 'Common.Status', versions: '2.0→3.0', deviation: 'Auxiliaries’ UPS, with charge and minutes' },
  },
};

export const XFS4IOT_DEVICE_STATES: Rows<DeviceState> = {
  online: { theirs: 'online' },
  offline: { theirs: 'offline' },
  powerOff: { theirs: 'powerOff' },
  noDevice: { theirs: 'noDevice' },
  hardwareError: { theirs: 'hardwareError' },
  userError: { theirs: 'userError', deviation: 'is not counted as a fault' },
  deviceBusy: { theirs: 'deviceBusy', deviation: 'names the owner of the lease' },
  fraudAttempt: { theirs: 'fraudAttempt', deviation: 'ends by a technician only' },
  potentialFraud: { theirs: 'potentialFraud' },
  starting: { theirs: 'starting', deviation: 'always between `hardwareError` and `online`' },
};

export const XFS4IOT_MEDIA_STATES: Rows<MediaState> = {
  present: { theirs: 'present' },
  notPresent: { theirs: 'notPresent' },
  jammed: { theirs: 'jammed' },
  entering: { theirs: 'entering' },
  latched: { theirs: 'latched' },
  retracted: { theirs: 'retracted', deviation: 'Printer’s word, used for every kind' },
  unknown: { theirs: 'unknown' },
};

/** The standard's `action` of an error event says what clears it; ours says who must act. */
export const XFS4IOT_ACTIONS: Rows<Action> = {
  reset: { theirs: 'reset' },
  clear: { theirs: 'clear' },
  maintenance: { theirs: 'maintenance' },
  suspend: { theirs: 'suspend' },
  configuration: { theirs: 'configuration' },
  softwareError: { theirs: 'softwareError' },
};

/** Words of a fault (`Fault.code`). */
export const XFS4IOT_FAULTS: Rows<string> = {
  noMedia: { theirs: 'CardReader noMedia, Printer noMediaPresent' },
  mediaJam: { theirs: 'CardReader mediaJam, Printer mediaJammed' },
  invalidMedia: { theirs: 'CardReader invalidMedia' },
  cardTooShort: { theirs: 'CardReader cardTooShort' },
  cardTooLong: { theirs: 'CardReader cardTooLong' },
  shutterFail: { theirs: 'CardReader shutterFail' },
  retainBinFull: { theirs: 'CardReader retainBinFull, Printer retractBinFull' },
  atrNotObtained: { theirs: 'CardReader atrNotObtained' },
  protocolNotSupported: { theirs: 'CardReader protocolNotSupported' },
  securityFail: { theirs: 'CardReader securityFail', deviation: 'also for every breach of a chip’s secure messaging' },
  notTaken: { theirs: null, deviation: 'the standard has the missing MediaRemovedEvent' },
  cardCollision: { theirs: 'CardReader cardCollision' },
  storageUnitError: { theirs: 'Storage storageUnitError' },
  invalidUnit: { theirs: 'Storage invalidUnit' },
  exchangeActive: { theirs: 'Storage exchangeActive' },
  noExchangeActive: { theirs: 'Storage noExchangeActive' },
  paperOut: { theirs: 'Printer paperOut' },
  paperJammed: { theirs: 'Printer paperJammed' },
  ribbonOut: { theirs: null, deviation: 'Printer’s `inkOut` is the nearest' },
  coverOpen: { theirs: null },
  cutterError: { theirs: null },
  headHot: { theirs: null },
  doubleFeed: { theirs: null },
  encodeFail: { theirs: null },
  printQuality: { theirs: null },
  verifyMismatch: { theirs: null },
  'touch.ghost': {
    theirs: null,
    deviation: 'inferred: a touch screen is no device of the standard and cannot report itself',
  },
  'touch.silent': { theirs: null, deviation: 'inferred, likewise' },
  doubleDetect: { theirs: 'Check doubleDetect' },
  jamming: { theirs: 'Check jamming' },
  cameraBlack: { theirs: null },
  paymentDeclined: { theirs: null },
  userError: { theirs: 'userError', deviation: 'completion code' },
  fraudAttempt: { theirs: 'fraudAttempt', deviation: 'completion code' },
  deviceNotReady: { theirs: 'deviceNotReady', deviation: 'completion code' },
  deviceBusy: { theirs: 'sequenceError', deviation: 'names who holds the lease' },
  hardwareError: { theirs: 'hardwareError', deviation: 'completion code' },
  timeOut: { theirs: 'timeOut', deviation: 'completion code; after a motion the outcome is `unknown`' },
  canceled: { theirs: 'canceled', deviation: 'completion code; after a motion the outcome is `unknown`' },
  unsupportedCommand: { theirs: 'unsupportedCommand', deviation: 'completion code' },
  softwareError: { theirs: 'internalError', deviation: 'completion code' },
  offline: { theirs: 'connectionLost', deviation: 'completion code' },
  configuration: { theirs: null, deviation: 'also a serial number that is not the pinned one' },
  noLease: { theirs: null },
  leaseEnded: { theirs: null },
};
