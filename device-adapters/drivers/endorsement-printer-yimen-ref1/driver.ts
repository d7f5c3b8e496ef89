import { err, ok, type Result } from '@yimen/contracts/base';
import { endorsementPrinterPort, type Evidence, type Fault } from '@yimen/contracts/device';
import { callerFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver } from '../../driver-kit/driver.ts';
import type { Ref1Device } from '../../driver-kit/ref1-device.ts';
import { createRef1Driver, type Ref1Kind, type Ref1OrderOf } from '../../driver-kit/ref1-driver.ts';
import type { Ref1Confirmation } from '../../driver-kit/ref1-effect.ts';
import type { RawEnd, RawMemory } from '../../driver-kit/ref1-protocol.ts';
import { ref1Judge, unproved, type Ref1Judge, type Ref1Verdict } from '../../driver-kit/ref1-verdict.ts';
import { ENDORSEMENT_PRINTER_LIMITS as LIMITS } from './limits.table.ts';
import { COMMAND, decodeReadBack, digestField, encodePanel, panelDigestOf, panelLineOf, TAG } from './protocol.ts';
import { axesOf, FAULTS } from './status.ts';

const KIND: Ref1Kind = {
  driver: 'endorsement-printer-yimen-ref1',
  kind: 'endorsement-printer',
  faults: FAULTS,
  axes: axesOf,
  isAskedWhileBusy: false,
  effects: {
    takeCard: motion(COMMAND.takeCard, LIMITS.transportMs),
    erase: eraseOrder,
    handBack: motion(COMMAND.handBack, LIMITS.transportMs),
    printEndorsement: printOrder,
  },
  reads: { readBack },
  judgeOf,
};

/** Driver of the reference endorsement printer (README.md). A print is done only when what was read back is what was
 *  asked; another text is `unknown` with the fault `verifyMismatch`. */
export const createEndorsementPrinter: CreateDriver = (context) => createRef1Driver(context, KIND);

function motion(command: number, usualMs: number): Ref1OrderOf {
  return () => ok({ command, fields: [], usualMs, judge: motionJudge(command) });
}

function eraseOrder(): ReturnType<Ref1OrderOf> {
  const judge = motionJudge(COMMAND.erase);
  return ok({ command: COMMAND.erase, fields: [], usualMs: LIMITS.eraseMs, judge, confirm: panelIsEmpty });
}

/** A print over a panel that was not erased after all would look like a wrong endorsement, and the card would be kept:
 *  the scanner looks first. */
async function panelIsEmpty(device: Ref1Device): Promise<Ref1Confirmation | undefined> {
  const seen = await readBack(device, {}, LIMITS.readBackMs);
  if (!seen.ok) return undefined;
  const at = device.clock.wallMs();
  const evidence: Evidence[] = [{ kind: 'readBack', customerAccess: 'none', detail: seen.value.panelDigest, at }];
  if (seen.value.panel.length === 0) return { outcome: 'done', evidence };
  return { ...unproved('the device says that it erased the panel, and there is text on it'), evidence };
}

function printOrder(args: unknown): ReturnType<Ref1OrderOf> {
  const { lines } = endorsementPrinterPort.verbs.printEndorsement.args.parse(args);
  const panel = lines.map(panelLineOf);
  const fields = encodePanel(panel);
  if (!fields.ok) return err(callerFault(fields.error));
  const judge = printJudge(() => panelDigestOf(panel));
  return ok({ command: COMMAND.print, fields: fields.value, usualMs: LIMITS.printMs, judge });
}

/** A card's motion ended where it should: by the word of the position sensor. */
function motionJudge(command: number): Ref1Judge {
  const place = PLACES.get(command);
  if (place === undefined) return ref1Judge({ faults: FAULTS });
  return ref1Judge({
    faults: FAULTS,
    proves: (_end, evidence) =>
      evidence.some(({ kind, detail }) => kind === 'position' && detail === place)
        ? { outcome: 'done' }
        : unproved(`the device says that it ended well, its sensor does not say ${place}`),
  });
}
const PLACES: ReadonlyMap<number, string> = new Map([
  [COMMAND.takeCard, 'printPath'],
  [COMMAND.handBack, 'handedBack'],
]);

/** @param askedOf the digest of what was to be printed; `undefined` when nobody knows it any more. */
function printJudge(askedOf: (end: RawEnd) => string | undefined): Ref1Judge {
  return ref1Judge({ faults: FAULTS, proves: (end, evidence) => printVerdict(askedOf(end), end, evidence) });
}

function printVerdict(asked: string | undefined, end: RawEnd, evidence: readonly Evidence[]): Ref1Verdict {
  const seen = evidence.filter(({ kind }) => kind === 'readBack').map(({ detail }) => detail.toLowerCase());
  if (seen.length === 0) return unproved('printed without reading back');
  if (asked === undefined) return unproved('what was to be printed is not known any more');
  const told = digestField(end.fields, TAG.panelDigest) ?? asked;
  if ([...seen, told].every((digest) => digest === asked)) return { outcome: 'done' };
  return {
    outcome: 'unknown',
    fault: deviceFault('verifyMismatch', 'what is on the card is not what was to be printed', 'maintenance'),
  };
}

function judgeOf(memory: RawMemory): Ref1Judge | undefined {
  switch (memory.command) {
    case COMMAND.takeCard:
    case COMMAND.erase:
    case COMMAND.handBack:
      return motionJudge(memory.command);
    case COMMAND.print:
      return printJudge((end) => digestField(end.fields, TAG.askedDigest));
    default:
      return undefined;
  }
}

interface ReadBack {
  readonly mrz: string | null;
  readonly panel: readonly string[];
  readonly panelDigest: string;
}

async function readBack(device: Ref1Device, _args: unknown, deadlineMs: number): Promise<Result<ReadBack, Fault>> {
  const answer = await device.ask(COMMAND.readBack, [], Math.min(LIMITS.readBackMs, deadlineMs));
  if (!answer.ok) return answer;
  const { mrz, panel, panelDigest } = decodeReadBack(answer.value.fields);
  // Lines and digest come from one look: when they differ, neither is believed.
  if (panelDigest === undefined || panelDigest !== panelDigestOf(panel))
    return err(deviceFault('hardwareError', 'the digest of the panel is not that of its lines', 'maintenance'));
  return ok({ mrz, panel, panelDigest });
}
