import { describe, expect, it } from 'vitest';
import { LIST, LOOK, NAME, ScanHost, requestBytes, runPayload, scanOf, seen } from './simulator-test-host.ts';

const A4 = ['-l', '0', '-x', '210', '-t', '0', '-y', '297'];

describe('lists', () => {
  it('one line for a device, as the format says; for people a sentence', async () => {
    const host = new ScanHost();
    expect(await host.run(LIST)).toEqual({
      how: 0,
      code: 0,
      flags: 0,
      stderr: '',
      stdout: `${NAME}\tYimen\tD1\tscanner\n`,
      files: [],
    });
    expect((await host.run(['-f%i %d%%'])).stdout).toBe(`0 ${NAME}%`);
    expect((await host.run(['--formatted-device-list=%m%n'])).stdout).toBe('D1\n');
    expect((await host.run(['-L'])).stdout).toBe(`device \`${NAME}' is a Yimen D1 scanner\n`);
    expect((await host.run(['-V'])).stdout).toMatch(/^scanimage \(sane-backends\)/);
  });

  it('F22: another one; switched off: none, with exit code 0', async () => {
    const host = new ScanHost({ serial: '7' });
    expect((await host.run(LIST)).stdout).toContain('fujitsu:YM-D1:7\t');
    host.scanner.fault('F22');
    expect((await host.run(LIST)).stdout).toContain('fujitsu:YM-D1:999999\t');
    host.scanner.fault('scanner-off');
    expect(await host.run(LIST)).toMatchObject({ code: 0, stdout: '' });
    expect((await host.run(['-L'])).stdout).toMatch(/^\nNo scanners were identified/);
  });
});

describe('options', () => {
  it('are told with ranges, values and sensors', async () => {
    const host = new ScanHost();
    const { stdout, code } = await host.run(LOOK);
    expect(code).toBe(0);
    expect(stdout).toContain(`\nAll options specific to device \`${NAME}':\n`);
    for (const line of [
      '    --source Flatbed|ADF Front [Flatbed]',
      '    --mode Gray|Color [Gray]',
      '    --resolution 50..600dpi (in steps of 1) [300]',
      '    -x 0..215.9mm (in steps of 0.1) [215.9]',
      '    --cover-open[=(yes|no)] [no] [hardware]',
      '    --page-loaded[=(yes|no)] [no] [hardware]',
      '    --double-feed[=(yes|no)] [no] [hardware]',
    ])
      expect(stdout.split('\n')).toContain(line);
    host.put('form-a4');
    host.scanner.fault('cover-open');
    const now = (await host.run(LOOK)).stdout;
    expect(now).toContain('--page-loaded[=(yes|no)] [yes]');
    expect(now).toContain('--cover-open[=(yes|no)] [yes]');
    expect((await new ScanHost({ hasSensors: false }).run(LOOK)).stdout).not.toContain('Sensors');
  });

  it.each([
    [['-d', 'nix:0', '-A'], 1, 'scanimage: open of device nix:0 failed: Invalid argument'],
    [scanOf(1, '--source=Nix'), 1, 'scanimage: setting of option --source failed (Invalid argument)'],
    [scanOf(1, '--nix'), 1, "scanimage: unrecognized option '--nix'"],
    [['-d'], 1, "scanimage: option requires an argument -- 'device-name'"],
    [scanOf(1, '--nix=1'), 1, "scanimage: unrecognized option '--nix'"],
    [scanOf(1, '-x', 'abc'), 1, 'scanimage: option --x: bad option value (rest of option: abc)'],
    [['-d', NAME, '--format=gif'], 1, "Unknown output image format 'gif'."],
    [['nix'], 1, "scanimage: argument without option: `nix'"],
    [['-d', NAME, '--format=png', '--batch=/nix/%d.png'], 11, 'cannot open /nix/1.png.part'],
  ])('%j: %i', async (args, code, says) => {
    const ended = await new ScanHost().run(args);
    expect(ended).toMatchObject({ how: 0, code, files: [] });
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(says);
  });

  it('a number that it does not have is rounded, with exit code 0', async () => {
    const host = new ScanHost();
    host.put('form-a4');
    const { code, stderr } = await host.run(scanOf(1, '--resolution=49.6', '-x', '500'));
    expect(code).toBe(0);
    expect(stderr).toContain('scanimage: rounded value of resolution from 49.6 to 50\n');
    expect(stderr).toContain('scanimage: rounded value of br-x from 500 to 215.9\n');
  });
});

describe('scans', () => {
  it('sheets of the feeder, in their order, with everything that is said', async () => {
    const host = new ScanHost();
    host.put('form-3-pages');
    const ended = await host.run(scanOf(2));
    expect(ended).toMatchObject({ how: 0, code: 0, flags: 0, files: [{ name: '1.png' }, { name: '2.png' }] });
    expect(ended.stderr).toBe(
      [
        'Scanning 2 pages, incrementing by 1, numbering from 1',
        'Scanning page 1',
        'Scanned page 1. (scanner status = 5)',
        'Scanning page 2',
        'Scanned page 2. (scanner status = 5)',
        'Batch terminated, 2 pages scanned\n',
      ].join('\n'),
    );
    expect(host.state).toMatchObject({
      inFeeder: ['form-3-pages 3'],
      outSheets: ['form-3-pages 1', 'form-3-pages 2'],
      scanned: 2,
      kept: 2,
    });
  });

  it('out of documents: exit code 7 when pages were counted, 0 when all were wanted', async () => {
    const host = new ScanHost();
    const says = 'scanimage: sane_start: Document feeder out of documents\nBatch terminated, 3 pages scanned\n';
    host.put('form-3-pages');
    const counted = await host.run(scanOf(4));
    expect(counted).toMatchObject({ code: 7, stderr: expect.stringContaining(`page 4\n${says}`) as string });
    expect(counted.files).toHaveLength(3);
    host.put('form-3-pages');
    const all = await host.run(scanOf('all'));
    expect(all).toMatchObject({ code: 0, stderr: expect.stringContaining(says) as string });
    expect(all.stderr).toMatch(/^Scanning infinity pages/);
    expect(await host.run(scanOf(1))).toMatchObject({ code: 7, files: [] });
  });

  it('glass: what lies there, or nothing but the lid', async () => {
    const host = new ScanHost();
    const glass = scanOf(1, '--source=Flatbed', '--mode=Color', '--resolution=75', ...A4);
    await host.run(glass);
    const empty = seen(await host.file(0));
    expect(empty).toMatchObject({ width: 620, height: 876, colourType: 2, dpi: 75 });
    expect([empty.at(10, 10), empty.at(100, 52)]).toEqual([
      [255, 255, 255],
      [255, 255, 255],
    ]);
    host.put('id-copy');
    await host.run(glass);
    const card = seen(await host.file(0));
    expect([card.at(10, 10), card.at(64, 42), card.at(70, 50)]).toEqual([
      [246, 245, 240],
      [222, 232, 240],
      [40, 80, 150],
    ]);
    expect(host.state).toMatchObject({ onGlass: 'id-copy' });
  });

  it('pages differ: each bears as many squares as its number', async () => {
    const host = new ScanHost();
    host.put('form-3-pages');
    await host.run(scanOf(3, '--resolution=100', ...A4));
    for (const page of [0, 1, 2]) {
      const picture = seen(await host.file(page));
      const marks = [182, 174, 166, 158].map((x) => (picture.at(x, 282)[0] ?? 255) < 50);
      expect(marks.filter(Boolean), `page ${page}`).toHaveLength(page + 1);
    }
  });

  it('a photograph on the first page makes it larger than a piece', async () => {
    const host = new ScanHost();
    host.put('form-a4');
    const { files } = await host.run(scanOf(1, '--resolution=200', ...A4));
    expect(files[0]?.bytes).toBeGreaterThan(65_536);
    const picture = seen(await host.file(0));
    expect(picture).toMatchObject({ width: 1_653, height: 2_338, colourType: 0, dpi: 200 });
  });

  it('without a batch the page comes on stdout; its first bytes are told', async () => {
    const host = new ScanHost();
    const args = ['-d', NAME, '--format=png', '--resolution=50', '-x', '20', '-y', '20'];
    const { code, stdout, stderr, files } = await host.run(args);
    expect({ code, stderr, files }).toEqual({ code: 0, stderr: '', files: [] });
    expect(stdout).toContain('PNG\r\n');
  });

  it('takes its time: glass longer than the feeder, colour twice as long', async () => {
    const host = new ScanHost({}, 'real');
    host.put('form-3-pages');
    const busy = host.run(scanOf(2), { ms: 3_000 });
    await expect(busy).rejects.toThrow('no end was told');
    expect(host.state).toMatchObject({ scanner: 'scanning', page: 2 });
    await host.wait(400);
    expect(host.endOf(1)).toMatchObject({ code: 0 });
    const glass = scanOf(1, '--source=Flatbed', '--mode=Color');
    await expect(host.run(glass, { ms: 8_000 })).rejects.toThrow('no end was told');
    await host.wait(400);
    expect(host.endOf(2)).toMatchObject({ code: 0 });
  });
});

describe('hands', () => {
  it('lay sheets in and take them all', () => {
    const host = new ScanHost();
    expect(host.scanner.take()).toEqual({ ok: false, error: 'no sheet lies there' });
    host.put('form-a4');
    expect(host.scanner.take()).toEqual({ ok: true, value: { thing: 'form-a4' } });
    host.put('form-3-pages', 'household-page');
    expect(host.state).toMatchObject({ onGlass: 'household-page', media: 'present' });
    expect(host.scanner.put('id-copy')).toMatchObject({ ok: false });
    expect(host.scanner.put('toString')).toMatchObject({ ok: false });
    expect(host.scanner.take()).toEqual({ ok: true, value: { thing: 'originals' } });
    expect(host.state).toMatchObject({ onGlass: null, inFeeder: [], media: 'notPresent' });
  });

  it('the feeder holds fifty', () => {
    const host = new ScanHost();
    for (let n = 0; n < 16; n += 1) host.put('form-3-pages');
    expect(host.scanner.put('form-3-pages')).toMatchObject({ ok: false });
    host.put('form-a4', 'form-a4');
    expect(host.scanner.put('form-a4')).toMatchObject({ ok: false });
  });
});

describe('the carrier', () => {
  it('a file is given in pieces, once; then, elsewhere and after forget there is nothing', async () => {
    const host = new ScanHost();
    host.put('form-3-pages');
    const { files } = await host.run(scanOf(2));
    const bytes = files[0]?.bytes ?? 0;
    const first = await host.take(0, 0, 100);
    expect(first).toHaveLength(100);
    expect(first.subarray(0, 4).toString('latin1')).toBe('\u0089PNG');
    expect(await host.take(0, bytes)).toHaveLength(0);
    expect(await host.take(0, 100)).toHaveLength(bytes - 100);
    expect(await host.take(0, 0)).toHaveLength(0);
    expect(await host.take(7, 0)).toHaveLength(0);
    expect(host.state).toMatchObject({ kept: 1 });
    await host.send(3);
    expect(host.messages().at(-1)).toMatchObject({ kind: 0x83 });
    expect(await host.take(1, 0)).toHaveLength(0);
    expect(host.state).toMatchObject({ kept: 0 });
  });

  it('requests that come byte by byte are whole', async () => {
    const host = new ScanHost();
    const number = await host.send(1, runPayload(LIST, 1_000, 0), 1);
    await host.wait(100);
    expect(host.endOf(number)).toMatchObject({ code: 0 });
  });

  it.each([
    ['noise', Uint8Array.of(1, 2, 3)],
    ['an unknown kind', requestBytes(9, 1, new Uint8Array(0))],
    ['number 0', requestBytes(3, 0, new Uint8Array(0))],
    ['a run that is cut', requestBytes(1, 1, runPayload(LIST, 1, 1).subarray(0, 12))],
    ['a run with more behind it', requestBytes(1, 1, Buffer.concat([runPayload(LIST, 1, 1), Buffer.alloc(1)]))],
    ['a piece of nothing', requestBytes(2, 1, new Uint8Array(9))],
  ])('%s costs the channel', async (_, bytes) => {
    const host = new ScanHost();
    await host.channel.write(bytes);
    await host.wait(20);
    expect(await host.channel.closed).toMatchObject({ why: 'lost' });
  });

  it('two requests at once cost the channel, and with it the run and its pages', async () => {
    const host = new ScanHost({}, 'real');
    host.put('form-3-pages');
    await host.send(1, runPayload(scanOf(3), 60_000, 1 << 28));
    await host.wait(2_000);
    await host.send(3);
    expect(await host.channel.closed).toMatchObject({ why: 'lost' });
    await host.wait(60_000);
    expect(host.messages()).toEqual([]);
    expect(host.state).toMatchObject({ scanned: 1, kept: 0, scanner: 'resting', plugged: true });
    host.plugIn();
    expect((await host.run(LIST, { ms: 1_000 })).code).toBe(0);
  });

  it('a host that leaves, or is replaced, leaves nothing behind', async () => {
    for (const leave of [(host: ScanHost) => void host.channel.close(), (host: ScanHost) => void host.plugIn()]) {
      const host = new ScanHost();
      host.put('form-a4');
      await host.run(scanOf(1));
      expect(host.state).toMatchObject({ kept: 1 });
      leave(host);
      await host.wait(20);
      expect(host.state).toMatchObject({ kept: 0 });
    }
  });
});

describe('over a restart of the bench', () => {
  it('sheets lie where they lay; no page is in it', async () => {
    const before = new ScanHost();
    before.put('form-3-pages', 'id-copy');
    await before.run(scanOf(1));
    const kept = JSON.stringify(before.scanner.save());
    expect(kept.length).toBeLessThan(1_000);
    const after = new ScanHost();
    after.scanner.restore(JSON.parse(kept));
    expect(after.state).toMatchObject({
      onGlass: 'id-copy',
      inFeeder: ['form-3-pages 2', 'form-3-pages 3'],
      outSheets: ['form-3-pages 1'],
      scanned: 1,
      kept: 0,
    });
  });

  it('what is not its own is left alone', () => {
    const host = new ScanHost();
    host.put('form-a4');
    for (const kept of [undefined, null, 'x', {}, { paper: { glass: 1 } }]) host.scanner.restore(kept);
    expect(host.state).toMatchObject({ inFeeder: ['form-a4'] });
  });
});
