import { createHash } from 'node:crypto';
import { documentScannerPort } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { SANE_KIND } from '../../framing/sane-message.ts';
import { runFor } from '../../testing/run-until.ts';
import { PAGE, pagesOf, scriptedBench, type ScriptedBench } from './testing/scripted-bench.ts';
import { LOOK } from './testing/scripted-scanner.ts';
import { testPage } from './testing/test-pages.ts';

const refused = (code: string, more: object = {}): object => ({ ok: false, error: { code, ...more } });

describe('a scan', () => {
  it('asks for exactly what is wanted, and hands every page over once', async () => {
    const bench = scriptedBench();
    const scanned = await bench.scan();
    expect(bench.scanner.lastArgs).toEqual(
      '-d test:0 --source=ADF --mode=Gray --resolution=150 -l 0 -x 20 -t 0 -y 30 --format=png --batch={folder}/%d.png --batch-start=1 --batch-count=2'.split(
        ' ',
      ),
    );
    expect(bench.scanner.runs.at(-1)).toMatchObject({ deadlineMs: 28_000, outputBytes: 2 * 33_554_432 });
    if (!scanned.ok) throw new Error(scanned.error.message);
    expect(documentScannerPort.verbs.scan.result.safeParse(scanned.value).success).toBe(true);
    expect(scanned.value.pages).toEqual(
      pagesOf(2).map(([, bytes]) => ({
        bytes: bytes.length,
        width: PAGE.width,
        height: PAGE.height,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      })),
    );
    expect(bench.scanner.keptFiles).toBe(0);
    for (const [n, [, bytes]] of pagesOf(2).entries()) {
      const given = await bench.page(scanned.value.scanId, n);
      expect(given).toEqual({ ok: true, value: { piece: Buffer.from(bytes).toString('base64'), end: true } });
      expect(await bench.page(scanned.value.scanId, n)).toMatchObject(refused('softwareError'));
    }
  });

  it('takes a page in pieces', async () => {
    const bench = scriptedBench();
    // Noise does not pack: more than one piece.
    bench.scanner.look = { stdout: LOOK.replaceAll('0..20mm', '0..210mm').replaceAll('0..30mm', '0..297mm') };
    const large = testPage({ width: 1_240, height: 1_754, mode: 'grey', dpi: 150, noise: true });
    expect(large.length).toBeGreaterThan(2_000_000);
    bench.scanner.scan = () => ({ files: [['1.png', large]] });
    const scanned = await bench.scan({ source: 'glass', pages: 1 });
    if (!scanned.ok) throw new Error(scanned.error.message);
    let whole = Buffer.alloc(0);
    for (let end = false; !end;) {
      const piece = await bench.page(scanned.value.scanId, 0, whole.length);
      if (!piece.ok) throw new Error(piece.error.message);
      whole = Buffer.concat([whole, Buffer.from(piece.value.piece, 'base64')]);
      end = piece.value.end;
    }
    expect(whole.equals(large)).toBe(true);
  });

  it('the next scan, a cancel and the lease’s end overwrite what is kept', async () => {
    for (const end of [
      (bench: ScriptedBench) => bench.scan(),
      (bench: ScriptedBench) => bench.run(bench.driver.read('cancel', 1_000, {}, bench.lease.signal)),
      async (bench: ScriptedBench) => bench.lease.abort(),
      (bench: ScriptedBench) => bench.run(bench.driver.reset(bench.op(), 'exit')),
      (bench: ScriptedBench) => bench.run(bench.driver.close()),
    ]) {
      const bench = scriptedBench();
      const scanned = await bench.scan();
      if (!scanned.ok) throw new Error(scanned.error.message);
      await end(bench);
      expect(await bench.page(scanned.value.scanId, 0)).toMatchObject(refused('softwareError'));
    }
  });

  it.each([
    ['too few pages', { files: pagesOf(1) }, 'noMedia'],
    ['an empty feeder', { code: 7 }, 'noMedia'],
    ['an empty feeder after some', { code: 7, files: pagesOf(1) }, 'noMedia'],
    ['no page at all', {}, 'noMedia'],
    ['a jam after some', { code: 6, files: pagesOf(1) }, 'jamming'],
    ['a jam after all', { code: 6, files: pagesOf(2) }, 'jamming'],
    ['an open cover', { code: 8, files: pagesOf(1) }, 'coverOpen'],
    ['a double feed', { code: 6, stderr: 'double feed', files: pagesOf(1) }, 'doubleDetect'],
    ['one page more', { files: pagesOf(3) }, 'hardwareError'],
    ['other names', { files: pagesOf(3).slice(1) }, 'hardwareError'],
    ['an abort', { how: 'signalled', code: 6, files: pagesOf(1) }, 'hardwareError'],
    ['an empty page', { files: [...pagesOf(1), ['2.png', new Uint8Array(0)]] }, 'hardwareError'],
    ['half a page', { files: [...pagesOf(1), ['2.png', pagesOf(2)[1]?.[1].subarray(0, 60)]] }, 'hardwareError'],
    ['another size', { files: [...pagesOf(1), ['2.png', testPage({ ...PAGE, width: 140 })]] }, 'hardwareError'],
    ['another resolution', { files: [...pagesOf(1), ['2.png', testPage({ ...PAGE, dpi: 75 })]] }, 'hardwareError'],
    [
      'colour in place of grey',
      { files: [...pagesOf(1), ['2.png', testPage({ ...PAGE, mode: 'colour' })]] },
      'hardwareError',
    ],
    ['its deadline', { how: 'signalled', code: 9, isKilledAtDeadline: true, files: pagesOf(2) }, 'timeOut'],
    ['too many bytes', { how: 'signalled', code: 9, isTooLarge: true }, 'hardwareError'],
  ] as const)('F48: %s: the whole set is dropped, and the next one is good', async (_, reply, code) => {
    const bench = scriptedBench();
    bench.scanner.scan = () => reply as object;
    expect(await bench.scan()).toMatchObject(refused(code));
    expect(bench.scanner.heard).toContain(SANE_KIND.forget);
    expect(bench.scanner.keptFiles).toBe(0);
    bench.scanner.scan = () => ({ files: pagesOf(2) });
    expect(await bench.scan()).toMatchObject({ ok: true });
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('a program that does not exit after its last page gives its pages', async () => {
    const bench = scriptedBench();
    bench.scanner.scan = () => ({ how: 'signalled', code: 9, isKilledAtExit: true, files: pagesOf(2) });
    expect(await bench.scan()).toMatchObject({ ok: true });
    bench.scanner.scan = () => ({ how: 'signalled', code: 9, isKilledAtExit: true, files: pagesOf(1) });
    expect(await bench.scan()).toMatchObject(refused('noMedia'));
  });

  it('from the feeder a page may be shorter than the glass, from the glass not', async () => {
    const bench = scriptedBench();
    bench.scanner.look = { stdout: LOOK.replace('0..30mm', '0..297mm') };
    const short = testPage({ ...PAGE, height: 320 });
    bench.scanner.scan = () => ({ files: [['1.png', short]] });
    expect(await bench.scan({ pages: 1 })).toMatchObject({ ok: true });
    expect(await bench.scan({ pages: 1, source: 'glass' })).toMatchObject(
      refused('hardwareError', { vendorCode: 'png-size' }),
    );
  });

  it.each([
    ['a source', { source: 'feeder' }, LOOK.replace('Flatbed|ADF', 'Flatbed')],
    ['any source', { source: 'feeder' }, LOOK.replace(/.*--source.*\n/, '')],
    ['a mode', { mode: 'colour' }, LOOK.replace('Gray|Color', 'Gray')],
    ['a resolution', { dpi: 200 }, LOOK.replace('150|200|300', '150|300')],
  ])('%s that it does not have is refused before anything moves', async (_, wish, look) => {
    const bench = scriptedBench();
    bench.scanner.look = { stdout: look };
    expect(await bench.scan(wish)).toMatchObject(refused('unsupportedCommand', { action: 'configuration' }));
    expect(bench.scanner.runs.filter(({ args }) => args.includes('--format=png'))).toEqual([]);
  });

  it('without sources it has one: the glass', async () => {
    const bench = scriptedBench();
    bench.scanner.look = { stdout: LOOK.replace(/.*--source.*\n/, '') };
    bench.scanner.scan = () => ({ files: pagesOf(1) });
    expect(await bench.scan({ source: 'glass', pages: 1 })).toMatchObject({ ok: true });
    expect(bench.scanner.lastArgs.filter((arg) => arg.startsWith('--source'))).toEqual([]);
  });

  it('nobody turns pages on the glass', async () => {
    expect(await scriptedBench().scan({ source: 'glass' })).toMatchObject(refused('softwareError'));
  });

  it('words of the configuration are used', async () => {
    const bench = scriptedBench({ feeder: 'Tray', grey: 'Mono' });
    bench.scanner.look = { stdout: LOOK.replace('|ADF', '|Tray').replace('Gray|', 'Mono|') };
    expect(await bench.scan()).toMatchObject({ ok: true });
    expect(bench.scanner.lastArgs).toEqual(expect.arrayContaining(['--source=Tray', '--mode=Mono']));
  });
});

describe('a scan that is ended', () => {
  it.each([
    ['by cancel', async (bench: ScriptedBench) => bench.driver.read('cancel', 5_000, {}, bench.lease.signal)],
    ['by the end of its lease', async (bench: ScriptedBench) => bench.lease.abort()],
    ['by a reset', async (bench: ScriptedBench) => bench.driver.reset(bench.op(), 'exit')],
  ])('%s: the program is told, and it is canceled', async (_, end) => {
    const bench = scriptedBench();
    bench.scanner.scan = () => 'silence';
    // What it had is not handed over, not even when the cancel comes too late.
    bench.scanner.onCancel = () => ({ isCancelled: true, code: 0, files: pagesOf(2) });
    const running = bench.begin();
    await runFor(bench.clock, 1_000);
    const ending = end(bench);
    expect(await bench.run(running)).toMatchObject(refused('canceled'));
    await bench.run<unknown>(ending);
    expect(bench.scanner.heard).toContain(SANE_KIND.cancel);
    expect(bench.scanner.channels).toBe(1);
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('before its program ran: nothing moves', async () => {
    const bench = scriptedBench();
    await bench.status();
    const before = bench.scanner.runs.length;
    const running = bench.begin();
    bench.lease.abort();
    expect(await bench.run(running)).toMatchObject(refused('canceled'));
    expect(bench.scanner.runs.slice(before).filter(({ args }) => args.includes('--format=png'))).toEqual([]);
  });

  it('while its pages are fetched: they are dropped', async () => {
    const bench = scriptedBench();
    bench.scanner.piece = (file) => {
      if (file === 1) bench.lease.abort();
      return undefined;
    };
    expect(await bench.scan()).toMatchObject(refused('canceled'));
    expect(bench.scanner.keptFiles).toBe(0);
  });

  it('no answer to it costs the channel after its deadline, not before', async () => {
    const bench = scriptedBench();
    await bench.status();
    bench.scanner.scan = () => 'silence';
    const began = bench.clock.monoMs();
    expect(await bench.scan({}, 10_000)).toMatchObject(refused('timeOut'));
    expect(bench.clock.monoMs() - began).toBeLessThanOrEqual(12_000);
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect(bench.scanner.channels).toBe(2);
  });

  it('a line lost between the look and it: nothing is scanned by whoever answers on the next one', async () => {
    const bench = scriptedBench();
    await bench.status();
    bench.scanner.afterLook = () => bench.scanner.hangUp();
    expect(await bench.scan()).toMatchObject(refused('offline'));
    expect(bench.scanner.runs.filter(({ args }) => args.includes('--format=png'))).toEqual([]);
  });

  it('a line lost in it, and a page that does not come', async () => {
    const bench = scriptedBench();
    await bench.status();
    const states: unknown[] = [];
    bench.driver.onStatus(({ device }) => device && states.push(device));
    bench.scanner.scan = () => 'hangUp';
    expect(await bench.scan()).toMatchObject(refused('offline'));
    expect(states).toEqual(['offline']);
    bench.scanner.scan = () => ({ files: pagesOf(2) });
    bench.scanner.piece = () => new Uint8Array(0);
    expect(await bench.scan()).toMatchObject(refused('hardwareError', { vendorCode: 'sane-piece' }));
    bench.scanner.piece = () => new Uint8Array(40_000);
    expect(await bench.scan()).toMatchObject(refused('hardwareError', { vendorCode: 'sane-piece' }));
  });
});
