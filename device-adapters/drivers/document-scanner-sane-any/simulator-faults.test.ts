import { describe, expect, it } from 'vitest';
import { SCAN_FAULTS } from './simulator-faults.table.ts';
import { LIST, LOOK, ScanHost, runPayload, scanOf, seen } from './simulator-test-host.ts';

/** Lays three pages in and scans them. */
async function scanned(fault: string, more: readonly string[] = [], speed: 'real' | 'fast' = 'fast') {
  const host = new ScanHost({}, speed);
  host.put('form-3-pages');
  expect(host.scanner.fault(fault).ok).toBe(true);
  return { host, ended: await host.run(scanOf(3, ...more)) };
}

describe('the feeder', () => {
  it('F48: two sheets at once stop it; the sensor says so until a hand has taken them', async () => {
    const { host, ended } = await scanned('F48');
    expect(ended).toMatchObject({ how: 0, code: 6, files: [] });
    expect(ended.stderr).toContain(
      'scanimage: sane_read: Document feeder jammed\nScanned page 1. (scanner status = 6)\nBatch terminated, 1 page scanned\n',
    );
    expect((await host.run(LOOK)).stdout).toContain('--double-feed[=(yes|no)] [yes]');
    expect(host.state).toMatchObject({ stuck: ['form-3-pages 1', 'form-3-pages 2'], double: true, media: 'jammed' });
    expect((await host.run(scanOf(1))).stderr).toContain('sane_start: Document feeder jammed');
    expect(host.scanner.take()).toEqual({ ok: true, value: { thing: 'form-3-pages' } });
    expect((await host.run(LOOK)).stdout).toContain('--double-feed[=(yes|no)] [no]');
    host.put('form-a4');
    expect(await host.run(scanOf(1))).toMatchObject({ code: 0 });
  });

  it('two sheets at once that nobody notices: a page too few', async () => {
    const { host, ended } = await scanned('double-unseen');
    expect(ended).toMatchObject({ code: 7, files: [{ name: '1.png' }, { name: '2.png' }] });
    expect(host.state).toMatchObject({ outSheets: ['form-3-pages 1', 'form-3-pages 2', 'form-3-pages 3'] });
  });

  it('a jam stays until staff free it', async () => {
    const { host, ended } = await scanned('jammed');
    expect(ended).toMatchObject({ code: 6 });
    expect((await host.run(LOOK)).stdout).toContain('--double-feed[=(yes|no)] [no]');
    expect(host.scanner.put('form-a4')).toMatchObject({ ok: false });
    expect(host.scanner.take()).toMatchObject({ ok: true });
    expect(host.scanner.take()).toEqual({ ok: false, error: 'a sheet is stuck: staff must open the cover' });
    host.scanner.clear();
    expect(host.state).toMatchObject({ stuck: [], outSheets: ['form-3-pages 1'], media: 'notPresent', faults: [] });
  });

  it('no-docs: sheets that its sensor does not see', async () => {
    const { host, ended } = await scanned('no-docs');
    expect(ended).toMatchObject({ code: 7, files: [] });
    expect((await host.run(LOOK)).stdout).toContain('--page-loaded[=(yes|no)] [no]');
    expect(host.state).toMatchObject({ inFeeder: expect.arrayContaining(['form-3-pages 1']) as string[] });
  });

  it('cover-open: nothing begins; opened in the middle the sheet stays inside', async () => {
    const { ended } = await scanned('cover-open');
    expect(ended).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('sane_start: Scanner cover is open') as string,
    });
    const host = new ScanHost({}, 'real');
    host.put('form-3-pages');
    const number = await host.send(1, runPayload(scanOf(3), 60_000, 1 << 28));
    await host.wait(2_500);
    host.scanner.fault('cover-open');
    await host.wait(2_000);
    expect(host.endOf(number)).toMatchObject({ code: 8, files: [{ name: '1.png' }] });
    expect(host.state).toMatchObject({ stuck: ['form-3-pages 2'] });
  });
});

describe('the scanner', () => {
  it.each([
    ['busy', 'Device busy'],
    ['access-denied', 'Access to resource has been denied'],
    ['hardware-broken', 'Error during device I/O'],
    ['scanner-off', 'Invalid argument'],
  ])('%s: it cannot be opened', async (fault, words) => {
    const { host, ended } = await scanned(fault);
    const says = `scanimage: open of device fujitsu:YM-D1:000048 failed: ${words}\n`;
    expect(ended).toMatchObject({ how: 0, code: 1, stderr: says, files: [] });
    expect((await host.run(LOOK)).stderr).toContain(says);
    host.scanner.clear();
    expect((await host.run(LOOK)).code).toBe(0);
  });

  it.each([
    ['io-error', 9],
    ['stop-pressed', 2],
  ])('%s ends the scan with %i', async (fault, code) => {
    expect((await scanned(fault)).ended).toMatchObject({ how: 0, code, files: [] });
  });

  it('zero-file: libpng gives up, and no file is left', async () => {
    expect((await scanned('zero-file')).ended).toMatchObject({ how: 1, code: 6, files: [] });
  });

  it('short-png and wrong-size come with exit code 0', async () => {
    const short = await scanned('short-png');
    expect(short.ended.code).toBe(0);
    const cut = await short.host.file(0);
    expect(cut.subarray(-12).includes('IEND')).toBe(false);
    const wrong = await scanned('wrong-size');
    expect(wrong.ended.code).toBe(0);
    expect(seen(await wrong.host.file(0))).toMatchObject({ width: 177, height: 236 });
  });

  it('too much is killed, and nothing of it is kept', async () => {
    expect((await scanned('too-much')).ended).toMatchObject({ how: 1, code: 9, flags: 4, files: [] });
    const host = new ScanHost();
    host.put('form-3-pages');
    expect(await host.run(scanOf(3), { outputBytes: 1_000 })).toMatchObject({ flags: 4, files: [] });
    expect(host.state).toMatchObject({ kept: 0 });
  });
});

describe('the program', () => {
  it.each(['hang', 'hang-at-open'])('%s: killed at its deadline', async (fault) => {
    const host = new ScanHost();
    host.put('form-a4');
    host.scanner.fault(fault);
    const number = await host.send(1, runPayload(scanOf(1), 5_000, 1 << 28));
    await host.wait(4_900);
    expect(() => host.endOf(number)).toThrow();
    await host.wait(200);
    expect(host.endOf(number)).toMatchObject({ how: 1, code: 9, flags: 1, files: [] });
  });

  it('cancel ends a scan with 9; one that hangs is killed', async () => {
    for (const [fault, how, waitMs] of [
      ['wrong-size', 0, 400],
      ['hang', 1, 2_100],
    ] as const) {
      const host = new ScanHost({}, 'real');
      host.put('form-3-pages');
      host.scanner.fault(fault);
      const number = await host.send(1, runPayload(scanOf(3), 60_000, 1 << 28));
      await host.wait(1_000);
      await host.channel.write(Uint8Array.of(0x59, 0x53, 4, 0, 0, number, 0, 0, 0, 0));
      await host.wait(waitMs);
      expect(host.endOf(number), fault).toMatchObject({ how, code: 9, flags: 2 });
      expect(host.endOf(number).stderr).toContain('scanimage: received signal 2\n');
    }
  });

  it('cancel before anything is scanned, of another run, and of none', async () => {
    const host = new ScanHost({}, 'real');
    const cancel = (number: number) => host.channel.write(Uint8Array.of(0x59, 0x53, 4, 0, 0, number, 0, 0, 0, 0));
    const number = await host.send(1, runPayload(LIST, 5_000, 0));
    await cancel(77);
    await host.wait(100);
    expect(() => host.endOf(number)).toThrow();
    await cancel(number);
    await host.wait(20);
    expect(host.endOf(number)).toMatchObject({ how: 1, code: 2, flags: 2 });
    await cancel(number);
    await host.wait(20);
    expect(host.state).toMatchObject({ connected: true });
  });

  it('no-scanimage: the channel ends with every run', async () => {
    const host = new ScanHost();
    host.scanner.fault('no-scanimage');
    await host.send(1, runPayload(LIST, 5_000, 0));
    expect(await host.channel.closed).toMatchObject({ why: 'lost' });
    host.scanner.clear();
    host.plugIn();
    expect((await host.run(LIST)).code).toBe(0);
  });
});

describe('the cable', () => {
  it('bends answers; unplugged there is no line', async () => {
    const said = async (fault: string) => {
      const host = new ScanHost();
      host.scanner.fault(fault);
      await host.send(1, runPayload(LIST, 5_000, 0));
      await host.wait(100);
      return host.heard;
    };
    const whole = (await said('F22')).length;
    expect(await said('silent')).toHaveLength(0);
    expect(await said('half-frame')).toHaveLength(Math.ceil(whole / 2));
    expect(await said('duplicate')).toHaveLength(whole * 2);
    const host = new ScanHost();
    host.scanner.unplug();
    expect(await host.channel.closed).toMatchObject({ why: 'lost' });
    expect(host.state).toMatchObject({ plugged: false, connected: false });
    expect(await host.plugIn().closed).toMatchObject({ why: 'lost' });
    host.scanner.plug();
    host.plugIn();
    expect((await host.run(LIST)).code).toBe(0);
  });

  it('every fault has its switch, and clear ends them all', () => {
    const host = new ScanHost();
    for (const fault of SCAN_FAULTS) expect(host.scanner.fault(fault), fault).toEqual({ ok: true, value: undefined });
    expect(host.state['faults']).toEqual(SCAN_FAULTS);
    expect(host.scanner.fault('F99')).toMatchObject({ ok: false });
    host.scanner.clear();
    expect(host.state['faults']).toEqual([]);
  });
});
