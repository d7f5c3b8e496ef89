import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  BUILD_MS,
  buildPcsclite,
  systemClock as clock,
  until,
  VIRTUAL_READER,
  VirtualReader,
  type CardAnswer,
} from '../test/with-virtual-reader.ts';
import { ApduCarrier, type ReaderAnswer } from './apdu-carrier.ts';
import { openPcsc } from './pcsc-channel.ts';
import { listPcscReaders } from './pcsc/list-readers.ts';
import { PCSC_BINDINGS, type PcscBindingName } from './pcsc/pcsc-address.ts';

/** A reader or a daemon that is gone is to be known within this. */
const NOTICED_MS = 2_000;
const ATR = Buffer.from('3b8880014a434f503331563233', 'hex');
const APDU = Uint8Array.of(0x00, 0xb0, 0x00, 0x00, 0x08);
const DONE = Buffer.of(1, 2, 3, 4, 0x90, 0x00);
const NO_DAEMON = 'pcscd is not running: systemctl start pcscd';

beforeAll(buildPcsclite, BUILD_MS);

/** A chip that answers every command with `answer`, and whatever the reader asks as a chip does. */
function chip(answer: CardAnswer = () => DONE): CardAnswer {
  return (message) => (message.length > 1 ? answer(message) : message[0] === 4 ? ATR : undefined);
}

async function withRig(test: (rig: VirtualReader) => Promise<void>, isSlow = false): Promise<void> {
  const rig = await VirtualReader.prepare(isSlow);
  try {
    await rig.start();
    await test(rig);
  } finally {
    await rig.close();
  }
}

async function open(binding: PcscBindingName, reader = VIRTUAL_READER): Promise<ApduCarrier> {
  const opened = await openPcsc({ reader, binding }, { clock })(3_000);
  if (!opened.ok) throw new Error(opened.error.message);
  return new ApduCarrier(opened.value, { clock, messageBytes: 65_535 });
}

function kind(answer: { ok: true; value: ReaderAnswer } | { ok: false; error: { code: string } }): string {
  return answer.ok ? answer.value.kind : answer.error.code;
}

async function present(carrier: ApduCarrier): Promise<void> {
  await until(async () => kind(await carrier.askAtr(1_000)) === 'bytes');
  await carrier.order('reset');
}

async function lossMs(carrier: ApduCarrier, act: () => Promise<unknown>): Promise<{ took: number; detail: string }> {
  const began = performance.now();
  await act();
  const reason = await carrier.closed;
  return { took: performance.now() - began, detail: reason.why === 'lost' ? reason.detail : '' };
}

describe.each(PCSC_BINDINGS)('a reader of pcscd by %s', (binding) => {
  it('says who it is and what is in its field, and carries commands', () =>
    withRig(async (rig) => {
      const carrier = await open(binding);
      const identity = await carrier.askIdentity(1_000);
      expect(identity.ok && identity.value.kind === 'bytes' && Buffer.from(identity.value.bytes).toString()).toBe(
        'Virtual PCD;;',
      );
      expect(kind(await carrier.askAtr(1_000))).toBe('noChip');
      const card = await rig.insert(chip((command) => Buffer.concat([command.subarray(2, 4), Buffer.of(0x90, 0x00)])));
      await present(carrier);
      expect(await carrier.askAtr(1_000)).toEqual({ ok: true, value: { kind: 'bytes', bytes: Uint8Array.from(ATR) } });
      for (let n = 0; n < 50; n += 1) {
        const answer = await carrier.exchange(Uint8Array.of(0x00, 0xb0, n, 255 - n, 0x00), 1_000);
        expect(answer).toMatchObject({ ok: true, value: { bytes: Uint8Array.of(n, 255 - n, 0x90, 0x00) } });
      }
      // Off, on, reset reach the chip as what they are.
      card.heard.length = 0;
      await carrier.order('powerOff');
      expect(kind(await carrier.exchange(APDU, 1_000))).toBe('noChip');
      await carrier.order('powerOn');
      expect(kind(await carrier.exchange(APDU, 1_000))).toBe('bytes');
      const orders = card.heard.flatMap((message) => (message.length === 1 && message[0] !== 4 ? [message[0]] : []));
      expect(orders).toEqual([0, 1]);
      await carrier.close();
      expect(carrier.unaskedMessages).toBe(0);
    }));

  it('a card that is pulled is no chip: idle, in the middle of a command; and the next one is read', () =>
    withRig(async (rig) => {
      const carrier = await open(binding);
      const idle = await rig.insert(chip());
      await present(carrier);
      await idle.pull();
      await until(async () => kind(await carrier.askAtr(1_000)) === 'noChip');

      const silent = await rig.insert(chip(() => undefined));
      await present(carrier);
      const asked = carrier.exchange(APDU, 5_000);
      await until(() => silent.heard.some((message) => message.length > 1));
      const began = performance.now();
      await silent.pull();
      expect(kind(await asked)).toBe('noChip');
      expect(performance.now() - began).toBeLessThan(NOTICED_MS);

      await rig.insert(chip());
      await present(carrier);
      expect(kind(await carrier.exchange(APDU, 1_000))).toBe('bytes');
      await carrier.close();
    }));

  it('pcscd dies under an idle line and in the middle of a command; a new channel works when it is back', () =>
    withRig(async (rig) => {
      const idle = await open(binding);
      const first = await lossMs(idle, () => rig.kill());
      expect(first).toMatchObject({ detail: expect.stringContaining(NO_DAEMON) as string });
      expect(first.took).toBeLessThan(NOTICED_MS);
      await idle.close();
      expect(await openPcsc({ reader: VIRTUAL_READER, binding }, { clock })(3_000)).toMatchObject({
        ok: false,
        error: { code: 'offline', message: expect.stringContaining(NO_DAEMON) as string },
      });

      await rig.start();
      const carrier = await open(binding);
      const silent = await rig.insert(chip(() => undefined));
      await present(carrier);
      const asked = carrier.exchange(APDU, 5_000);
      await until(() => silent.heard.some((message) => message.length > 1));
      const second = await lossMs(carrier, () => rig.kill());
      expect(second.took).toBeLessThan(NOTICED_MS);
      expect(kind(await asked)).toBe('offline');
      await carrier.close();
      process.stdout.write(`${binding}: death of pcscd noticed after ${first.took.toFixed(0)} ms\n`);

      await rig.start();
      const again = await open(binding);
      await rig.insert(chip());
      await present(again);
      expect(kind(await again.exchange(APDU, 1_000))).toBe('bytes');
      await again.close();
    }));

  it('a reader that its driver no longer reaches is lost by name, while pcscd lives on, and is not opened again', () =>
    withRig(async (rig) => {
      await rig.kill();
      await rig.makePullable();
      await rig.start();
      const carrier = await open(binding);
      const { took, detail } = await lossMs(carrier, () => rig.removeReader());
      // Which of two sentences it is, is the library's choice: it also ends when such a reader tells too much at once.
      expect(detail).toContain(VIRTUAL_READER);
      expect(took).toBeLessThan(NOTICED_MS);
      await carrier.close();
      expect(await openPcsc({ reader: VIRTUAL_READER, binding }, { clock })(3_000)).toMatchObject({
        ok: false,
        error: { code: 'offline', message: expect.stringContaining(VIRTUAL_READER) as string },
      });
    }));

  it('a chip that talks nonsense harms nobody: half a status word, noise, more than a reader ever carries', () =>
    withRig(async (rig) => {
      const carrier = await open(binding);
      let said = Buffer.alloc(0);
      const card = await rig.insert(chip(() => said));
      await present(carrier);
      for (const [bytes, told] of [
        // By itself it would be the reader's word for two chips.
        [Buffer.of(0x01), 'mute'],
        [Buffer.alloc(258, 0xff), 'bytes'],
        [Buffer.alloc(4_096, 0xff), 'bytes'],
      ] as const) {
        said = bytes;
        expect(kind(await carrier.exchange(APDU, 2_000))).toBe(told);
      }
      await card.pull();
      await until(async () => kind(await carrier.askAtr(1_000)) === 'noChip');
      await carrier.close();
    }));

  it('a silent chip costs its caller’s deadline and the line, and the reader until it is pulled; never a hang', () =>
    withRig(async (rig) => {
      const carrier = await open(binding);
      const card = await rig.insert(chip(() => undefined));
      await present(carrier);
      const began = performance.now();
      expect(kind(await carrier.exchange(APDU, 300))).toBe('timeOut');
      await carrier.close();
      expect(performance.now() - began).toBeLessThan(NOTICED_MS);
      // pcscd still waits for the chip's answer, on behalf of a process that is gone.
      expect(await openPcsc({ reader: VIRTUAL_READER, binding }, { clock })(3_000)).toMatchObject({
        ok: false,
        error: { code: 'deviceBusy' },
      });
      await card.pull();
      await rig.insert(chip());
      const next = await open(binding);
      await present(next);
      expect(kind(await next.exchange(APDU, 1_000))).toBe('bytes');
      await next.close();
    }));

  it('a pcscd that stands still costs the deadline: at a question, at the end, at the next opening', () =>
    withRig(async (rig) => {
      const carrier = await open(binding);
      await rig.insert(chip());
      await present(carrier);
      rig.freeze('SIGSTOP');
      expect(kind(await carrier.exchange(APDU, 300))).toBe('timeOut');
      const began = performance.now();
      await carrier.close();
      expect(performance.now() - began).toBeLessThan(NOTICED_MS);
      expect(await openPcsc({ reader: VIRTUAL_READER, binding }, { clock })(500)).toMatchObject({
        ok: false,
        error: { code: 'offline', message: 'pcsc: pcscd does not answer: systemctl restart pcscd' },
      });
      rig.freeze('SIGCONT');
      const again = await open(binding);
      await present(again);
      expect(kind(await again.exchange(APDU, 1_000))).toBe('bytes');
      await again.close();
    }));

  it('one owner of a card: a second program is refused by name, and harms nothing', () =>
    withRig(async (rig) => {
      const carrier = await open(binding);
      await rig.insert(chip());
      await present(carrier);
      expect(kind(await carrier.exchange(APDU, 1_000))).toBe('bytes');
      expect(await openPcsc({ reader: VIRTUAL_READER, binding }, { clock })(3_000)).toMatchObject({
        ok: false,
        error: { code: 'deviceBusy', message: expect.stringContaining(VIRTUAL_READER) as string },
      });
      expect(kind(await carrier.exchange(APDU, 1_000))).toBe('bytes');
      await carrier.close();
      // Given back with the close, not some time later.
      const next = await open(binding);
      await present(next);
      await next.close();
    }));

  it('unknown names are answered with the names that there are; half a name must be one reader’s alone', () =>
    withRig(async () => {
      const to = (reader: string) => openPcsc({ reader, binding }, { clock })(3_000);
      const names = 'Virtual PCD 00 00, Virtual PCD 00 01';
      expect(await to('ACS')).toMatchObject({
        ok: false,
        error: { code: 'offline', message: expect.stringContaining(names) as string },
      });
      expect(await to('Virtual PCD')).toMatchObject({
        ok: false,
        error: { code: 'configuration', message: expect.stringContaining(names) as string },
      });
      await (await open(binding, 'Virtual PCD 00 01')).close();
    }));
});

it('a bridge does not outlive the process that opened it', () =>
  withRig(async () => {
    const of = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
    const owner = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '-e',
        `import { readFileSync } from 'node:fs';
         import { openPcsc } from ${of('pcsc-channel.ts')};
         import { systemClock as clock } from ${of('../host/system-clock.ts')};
         const opened = await openPcsc({ reader: '${VIRTUAL_READER}', binding: 'pcsc-mini' }, { clock })(10_000);
         const { pid } = process;
         console.log(opened.ok ? readFileSync(\`/proc/\${pid}/task/\${pid}/children\`, 'utf8') : opened.error.message);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [said] = (await once(owner.stdout, 'data')) as [Buffer];
    const bridge = Number(said.toString().trim());
    expect(existsSync(`/proc/${bridge}`)).toBe(true);
    owner.kill('SIGKILL');
    // Gone, or dead and not yet collected by whoever inherits it: then it has no program any more.
    await until(() =>
      readlink(`/proc/${bridge}/exe`)
        .then(Boolean, () => false)
        .then((isAlive) => !isAlive),
    );
  }));

it('a command takes 50 ms where vpcd makes TCP wait, and a few where it does not', async () => {
  const perCommand = async (isSlow: boolean): Promise<number> => {
    let ms = 0;
    await withRig(async (rig) => {
      const carrier = await open('pcsc-mini');
      await rig.insert(chip());
      await present(carrier);
      const began = performance.now();
      for (let n = 0; n < 20; n += 1) expect(kind(await carrier.exchange(APDU, 1_000))).toBe('bytes');
      ms = (performance.now() - began) / 20;
      await carrier.close();
    }, isSlow);
    return ms;
  };
  const [fast, slow] = [await perCommand(false), await perCommand(true)];
  process.stdout.write(`a command takes ${fast.toFixed(1)} ms; without quickack ${slow.toFixed(1)} ms\n`);
  // A document of 20 KB takes some ninety commands: what a driver must allow for with this virtual reader.
  expect(fast).toBeLessThan(slow);
  expect(slow).toBeLessThan(500);
});
describe('the list of readers', () => {
  it('names them with what is in them; a daemon that is missing or stands still is a fault', () =>
    withRig(async (rig) => {
      const none = { chip: 'none', isTaken: false };
      expect(await listPcscReaders(3_000, { clock })).toEqual({
        ok: true,
        value: [
          { name: 'Virtual PCD 00 00', ...none },
          { name: 'Virtual PCD 00 01', ...none },
        ],
      });
      await rig.insert(chip());
      await until(async () => {
        const listed = await listPcscReaders(3_000, { clock });
        return listed.ok && listed.value[0]?.chip === 'present';
      });
      rig.freeze('SIGSTOP');
      expect(await listPcscReaders(300, { clock })).toMatchObject({
        ok: false,
        error: { message: 'pcsc: pcscd does not answer: systemctl restart pcscd' },
      });
      rig.freeze('SIGCONT');
      await rig.kill();
      expect(await listPcscReaders(300, { clock })).toMatchObject({
        ok: false,
        error: { message: `pcsc: ${NO_DAEMON}` },
      });
    }));
});
