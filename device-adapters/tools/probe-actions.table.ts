import { err, ok, type Result } from '@yimen/contracts/base';
import { cabinetIoPort, type DeviceKind, type Fault } from '@yimen/contracts/device';
import { CLEAN_STEPS, TEST_CARD_STEPS, type ProbeStep } from './probe-card-unit.ts';
import { documentArgs, documentSteps } from './probe-document.ts';
import { frameArgs, writeFrame, type ProbeLine } from './probe-frame.ts';
import { licenceArgs, serialArgs } from './probe-licence.ts';
import { scanArgs, scanWish, writePages, type ReadMore } from './probe-scan.ts';
import { showCode, showFingerImage, showIdentity, showSignature, type ShownRead } from './probe-show.ts';

type Texts = Readonly<Record<string, string>>;

/** What a technician can ask of a device. `base` actions are every device's; the others are verbs of its port. */
export interface ProbeAction {
  readonly says: string;
  readonly does:
    | { readonly base: 'identify' | 'status' | 'selftest' | 'watch' }
    | {
        /** Speaks over a line of its own: the port has no verb for it. */
        readonly line: (line: ProbeLine, made: unknown) => Promise<Result<ShownRead, Fault>>;
        readonly args: (texts: Texts) => Result<unknown, string>;
      }
    | {
        readonly nature: 'effect' | 'read';
        readonly verb: string;
        readonly args: (texts: Texts) => Result<unknown, string>;
        /** Reads before and after it: a reader that is lit for one code only. */
        readonly between?: { readonly begin: string; readonly args: unknown; readonly end: string };
        /** Reads that an effect needs before it, and its own arguments, made of what `args` gave. */
        readonly steps?: (made: unknown) => {
          readonly before: readonly { readonly verb: string; readonly args: unknown }[];
          readonly args: unknown;
        };
        /** A read whose value has to be fetched with more reads: its own arguments, made of what `args` gave, and what is
         *  then printed. */
        readonly fetch?: {
          readonly args: (made: unknown) => unknown;
          readonly finish: (made: unknown, value: unknown, read: ReadMore) => Promise<Result<ShownRead, Fault>>;
        };
        /** How a read's value is printed; left out: all of it, as `fields`. */
        readonly show?: (value: unknown) => ShownRead;
        /** Fields that are said openly also when the rest is masked. */
        readonly open?: readonly string[];
      }
    | {
        /** One after the other until one is not done, each effect an operation of its own; then one read, however it went. */
        readonly sequence: readonly ProbeStep[];
        readonly last: { readonly verb: string; readonly args: unknown };
      };
  /** Options it understands, and those it cannot do without. */
  readonly takes: readonly string[];
  readonly needs: readonly string[];
  /** Milliseconds that it may take, where the usual half minute is not enough. */
  readonly takesMs?: number;
  /** Options of the driver that it needs, over those of the WHERE. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

const NAME_FORM = '--name: expected a name like "front"';
const none = { takes: [], needs: [] } as const;
const nothing = (): Result<unknown, string> => ok({});

const BASE: Readonly<Record<string, ProbeAction>> = {
  identify: { says: 'model, serial number, firmware', does: { base: 'identify' }, ...none },
  status: { says: 'how it is now', does: { base: 'status' }, ...none },
  selftest: { says: 'the device’s own test', does: { base: 'selftest' }, ...none },
  watch: { says: 'every change of status, until Ctrl-C', does: { base: 'watch' }, ...none },
};

const BY_KIND: { readonly [K in DeviceKind]?: Readonly<Record<string, ProbeAction>> } = {
  'cabinet-io': {
    sensors: {
      says: 'doors, tamper, key switch, call button, temperature',
      does: {
        nature: 'read',
        verb: 'sensors',
        args: nothing,
        open: ['doors', 'tamper', 'keySwitch', 'callButton', 'temperatureC'],
      },
      ...none,
    },
    power: {
      says: 'the UPS: mains or battery, charge, minutes left',
      does: { nature: 'read', verb: 'power', args: nothing, open: ['ups', 'chargePercent', 'minutesLeft'] },
      ...none,
    },
    light: {
      says: 'sets a light: --name N --state off|on|slowFlash|quickFlash',
      does: { nature: 'effect', verb: 'setLight', args: lightArgs },
      takes: ['name', 'state'],
      needs: ['name', 'state'],
    },
    lock: {
      says: 'locks a door: --name N',
      does: { nature: 'effect', verb: 'setLock', args: (texts) => doorArgs(texts, true) },
      takes: ['name'],
      needs: ['name'],
    },
    unlock: {
      says: 'unlocks a door: --name N',
      does: { nature: 'effect', verb: 'setLock', args: (texts) => doorArgs(texts, false) },
      takes: ['name'],
      needs: ['name'],
    },
  },
  camera: {
    health: {
      says: 'is it there, can the page have it; a picture it shows nothing of',
      does: { nature: 'read', verb: 'health', args: nothing, open: ['state'] },
      ...none,
    },
    frame: {
      says: 'takes one picture by ffmpeg while nobody has the camera open: --out FILE.jpg',
      does: { line: writeFrame, args: frameArgs },
      takes: ['out'],
      needs: ['out'],
    },
  },
  'card-unit': {
    accept: { says: 'draws a card in', does: { nature: 'effect', verb: 'acceptCard', args: nothing }, ...none },
    eject: {
      says: 'gives the card back and waits until it is taken',
      does: { nature: 'effect', verb: 'ejectCard', args: nothing },
      ...none,
    },
    capture: {
      says: 'drops the card into the bin',
      does: { nature: 'effect', verb: 'captureCard', args: nothing },
      ...none,
    },
    dispense: {
      says: 'gives a card out of the stack, to the gate (a test: no customer’s card is counted by core)',
      does: { nature: 'effect', verb: 'dispenseCard', args: nothing },
      ...none,
    },
    units: {
      says: 'counts of bin and stack',
      does: { nature: 'read', verb: 'units', args: nothing, open: ['exchange'] },
      ...none,
    },
    clean: {
      says: 'cleans the rollers: accepts the cleaning card, moves it five times, gives it back (no customer’s card, not counted as one)',
      does: { sequence: CLEAN_STEPS, last: { verb: 'position', args: {} } },
      ...none,
      // A cleaning card has no chip, and would be given back as one that lies the wrong way round.
      options: { checkCardType: false },
    },
    'test-card': {
      says: 'accepts a test card, asks its chip at each position, gives it back (no customer’s card, not counted as one)',
      does: { sequence: TEST_CARD_STEPS, last: { verb: 'position', args: {} } },
      ...none,
    },
  },
  'document-locker': {
    inventory: {
      says: 'serial numbers of all documents: [--unmasked]',
      does: { nature: 'read', verb: 'inventory', args: nothing },
      takes: ['unmasked'],
      needs: [],
    },
    present: {
      says: 'fetches a document, presents it and waits until it is taken: --serial S',
      does: { nature: 'effect', verb: 'present', args: serialArgs },
      takes: ['serial'],
      needs: ['serial'],
    },
    retract: {
      says: 'draws what was not taken into the retract bin',
      does: { nature: 'effect', verb: 'retract', args: nothing },
      ...none,
    },
    read: {
      says: 'reads what lies at the exit: [--unmasked]',
      does: { nature: 'read', verb: 'readBack', args: nothing },
      takes: ['unmasked'],
      needs: [],
    },
    units: {
      says: 'counts of stack and bins',
      does: { nature: 'read', verb: 'units', args: nothing, open: ['exchange'] },
      ...none,
    },
  },
  'document-printer': {
    print: {
      says: 'prints a test page or a PDF: --text T or --file FILE.pdf',
      does: { nature: 'effect', verb: 'printDocument', args: documentArgs, steps: documentSteps },
      takes: ['text', 'file'],
      needs: [],
    },
    job: {
      says: 'what the server says of a job: --id OPERATION',
      does: { nature: 'read', verb: 'jobState', args: jobArgs, open: ['state', 'reasons', 'sheets'] },
      takes: ['id'],
      needs: ['id'],
    },
    purge: {
      says: 'cancels every job of the queue',
      does: { nature: 'effect', verb: 'purge', args: nothing },
      ...none,
    },
  },
  'document-scanner': {
    scan: {
      says: 'scans into PNG files: --out FILE.png [--dpi 150|200|300] [--pages N] [--source glass|feeder] [--mode grey|colour]',
      does: { nature: 'read', verb: 'scan', args: scanArgs, fetch: { args: scanWish, finish: writePages } },
      takes: ['out', 'dpi', 'pages', 'source', 'mode'],
      needs: ['out'],
      takesMs: 120_000,
    },
    cancel: { says: 'overwrites what is kept', does: { nature: 'read', verb: 'cancel', args: nothing }, ...none },
  },
  'endorsement-printer': {
    take: {
      says: 'takes the card over from the card unit',
      does: { nature: 'effect', verb: 'takeCard', args: nothing },
      ...none,
    },
    erase: { says: 'erases the panel', does: { nature: 'effect', verb: 'erase', args: nothing }, ...none },
    read: {
      says: 'reads the back of the card: [--unmasked]',
      does: { nature: 'read', verb: 'readBack', args: nothing },
      takes: ['unmasked'],
      needs: [],
    },
    handback: {
      says: 'gives the card back to the card unit',
      does: { nature: 'effect', verb: 'handBack', args: nothing },
      ...none,
    },
  },
  fingerprint: {
    capture: {
      says: 'waits for a finger and takes one image: how good it is, not the image',
      does: { nature: 'read', verb: 'capture', args: testFinger, show: showFingerImage, open: ['hint'] },
      ...none,
    },
    clear: { says: 'overwrites the image memory', does: { nature: 'read', verb: 'clear', args: nothing }, ...none },
  },
  'id-card-reader': {
    read: {
      says: 'reads the card that lies there: [--fingerprint] [--unmasked]',
      does: { nature: 'read', verb: 'readIdentity', args: identityArgs, show: showIdentity },
      takes: ['fingerprint', 'unmasked'],
      needs: [],
    },
    address: {
      says: 'the newest added address: [--unmasked]',
      does: { nature: 'read', verb: 'readExtraAddress', args: nothing },
      takes: ['unmasked'],
      needs: [],
    },
    sam: {
      says: 'number of the security module',
      does: { nature: 'read', verb: 'samIdentity', args: nothing, open: ['samId'] },
      ...none,
    },
  },
  'licence-printer': {
    make: {
      says: 'makes a licence: --form driving|vehicle --serial S --field NAME=TEXT [--field …]',
      does: { nature: 'effect', verb: 'make', args: licenceArgs },
      takes: ['form', 'serial', 'field'],
      needs: ['form', 'serial', 'field'],
      takesMs: 100_000,
    },
    verify: {
      says: 'reads the finished licence again: its blank and the digest of its text',
      does: { nature: 'read', verb: 'verify', args: nothing, open: ['blankSerial', 'digest'] },
      ...none,
    },
    present: {
      says: 'presents the finished licence and waits until it is taken',
      does: { nature: 'effect', verb: 'present', args: nothing },
      ...none,
    },
    retract: {
      says: 'draws a licence into the retract bin',
      does: { nature: 'effect', verb: 'retract', args: nothing },
      ...none,
    },
    accept: {
      says: 'opens the slot and waits for an old licence',
      does: { nature: 'effect', verb: 'acceptOld', args: nothing },
      ...none,
    },
    units: {
      says: 'counts of stacks, bins and ribbon, serial numbers of the blanks',
      does: { nature: 'read', verb: 'units', args: nothing, open: ['exchange'] },
      ...none,
    },
  },
  'payment-terminal': {
    query: {
      says: 'what became of a bill: --bill REF',
      does: { nature: 'read', verb: 'queryCharge', args: billArgs, open: ['state', 'channel', 'trace'] },
      takes: ['bill'],
      needs: ['bill'],
    },
    cancel: {
      says: 'ends the waiting charge of a bill: --bill REF',
      does: { nature: 'effect', verb: 'cancel', args: billArgs },
      takes: ['bill'],
      needs: ['bill'],
    },
  },
  'qr-reader': {
    scan: {
      says: 'lights up, waits for one code, goes dark: [--unmasked]',
      does: {
        nature: 'read',
        verb: 'waitForCode',
        args: nothing,
        between: { begin: 'start', args: { windowMs: 1_000 }, end: 'stop' },
        show: showCode,
        open: ['symbology'],
      },
      takes: ['unmasked'],
      needs: [],
    },
  },
  'receipt-printer': {
    print: {
      says: 'prints one slip: --text T [--qr T]',
      does: { nature: 'effect', verb: 'printReceipt', args: slipArgs },
      takes: ['text', 'qr'],
      needs: ['text'],
    },
  },
  'signature-pad': {
    capture: {
      says: 'waits for a signature: how much ink it has, not the signature: [--text PROMPT]',
      does: { nature: 'read', verb: 'capture', args: promptArgs, show: showSignature },
      takes: ['text'],
      needs: [],
    },
    clear: { says: 'empties the pad', does: { nature: 'read', verb: 'clear', args: nothing }, ...none },
  },
  'travel-document': {
    read: {
      says: 'reads one chip: --mrz LINE [--can DIGITS] [--unmasked]',
      does: {
        nature: 'read',
        verb: 'readDocument',
        args: accessArgs,
        open: ['access', 'authenticity', 'authenticityReason', 'chipAuthenticity', 'documentCode', 'issuer'],
      },
      takes: ['mrz', 'can', 'unmasked'],
      needs: ['mrz'],
    },
  },
};

/** Every action of a kind, by the word that a technician types. */
export function actionsOf(kind: DeviceKind): Readonly<Record<string, ProbeAction>> {
  return { ...BASE, ...BY_KIND[kind] };
}

function jobArgs(texts: Texts): Result<unknown, string> {
  const operationId = texts['id'] ?? '';
  return operationId.length > 40 ? err('--id: expected an operation id') : ok({ operationId });
}

/** Names are judged by the driver, whose cabinet model has them. */
function lightArgs(texts: Texts): Result<unknown, string> {
  const args = { light: texts['name'], state: texts['state'] };
  const checked = cabinetIoPort.verbs.setLight.args.safeParse(args);
  if (checked.success) return ok(args);
  const isState = checked.error.issues.some((issue) => issue.path[0] === 'state');
  return err(isState ? '--state: expected off, on, slowFlash or quickFlash' : NAME_FORM);
}

function doorArgs(texts: Texts, locked: boolean): Result<unknown, string> {
  const args = { door: texts['name'], locked };
  return cabinetIoPort.verbs.setLock.args.safeParse(args).success ? ok(args) : err(NAME_FORM);
}

function slipArgs(texts: Texts): Result<unknown, string> {
  const qr = texts['qr'];
  const lines = [{ kind: 'text', text: texts['text'] ?? '' }, ...(qr === undefined ? [] : [{ kind: 'qr', data: qr }])];
  return ok({ slip: { lines } });
}

function identityArgs(texts: Texts): Result<unknown, string> {
  return ok({ fingerprint: texts['fingerprint'] !== undefined });
}

/** Any finger will do for a test; the collector only shows which one it waits for. */
function testFinger(): Result<unknown, string> {
  return ok({ finger: 2 });
}

function promptArgs(texts: Texts): Result<unknown, string> {
  const prompt = texts['text'] ?? '';
  return prompt.length > 60 ? err('--text: expected at most 60 characters') : ok({ prompt });
}

function billArgs(texts: Texts): Result<unknown, string> {
  return ok({ billRef: texts['bill'] ?? '' });
}

/** The permit's one line of 30: `CS`, number (9), check digit, `<`, expiry, check digit, `<`, birth, check digit, …; and
 *  the card access number, where the card bears one. */
function accessArgs(texts: Texts): Result<unknown, string> {
  const match = /^CS(.{9})\d<(\d{6})\d<(\d{6})\d<\d$/.exec(texts['mrz'] ?? '');
  if (match === null) return err('--mrz: expected the line of 30 characters on the back of the card');
  const can = texts['can'];
  if (can !== undefined && !/^\d{6}$/.test(can)) return err('--can: expected the six digits on the front of the card');
  const [, documentNumber = '', expiry, birth] = match;
  const page = { documentNumber: documentNumber.replace(/<+$/, ''), birth, expiry };
  return ok({ access: can === undefined ? page : { ...page, can } });
}
