import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  CHINESE_OFF,
  CHINESE_ON,
  CUT,
  INIT,
  PrinterHost,
  processId,
  qr,
  type Said,
} from './simulator-test-host.ts';

const gbk = (text: string): Uint8Array => iconv.encode(text, 'gbk');

async function printed(...said: readonly Said[]): Promise<PrinterHost> {
  const host = new PrinterHost();
  await host.send(...said);
  return host;
}

describe('text', () => {
  it('prints a line at LF and keeps it until it is cut', async () => {
    const host = await printed(INIT, 'Receipt 42\n', 'half a line');
    expect(host.state).toMatchObject({ uncut: ['Receipt 42'], hanging: null, slips: 0 });
    await host.send('\n', CUT);
    expect(host.state).toMatchObject({ uncut: null, hanging: ['Receipt 42', 'half a line'], slips: 1 });
    expect(host.state).toMatchObject({ unknownCommands: 0, refusedCommands: 0 });
  });

  it('breaks a line after 48 columns of font A, 64 of font B, 24 double ones', async () => {
    const x = (count: number): string => 'x'.repeat(count);
    expect((await printed(INIT, x(50), '\n')).state.uncut).toEqual([x(48), 'xx']);
    expect((await printed(INIT, [0x1b, 0x4d, 1], x(66), '\n')).state.uncut).toEqual([x(64), 'xx']);
    expect((await printed(INIT, [0x1d, 0x21, 0x11], x(25), '\n')).state.uncut).toEqual([x(24), 'x']);
    expect((await printed(INIT, [0x1b, 0x21, 0x20], x(25), '\n')).state.uncut).toEqual([x(24), 'x']);
  });

  it('a tab goes to the next eighth column, and nowhere from the last', async () => {
    const host = await printed('ab\tc\n', 'x'.repeat(45), '\ty\n');
    expect(host.state.uncut).toEqual(['ab      c', `${'x'.repeat(45)}y`]);
  });

  it('high bytes outside Chinese mode are code page 437; $ is ¥ until ESC R 0', async () => {
    const host = await printed(INIT, [0x81, 0xe3], '$\n', [0x1b, 0x52, 0], '$\n');
    expect(host.state.uncut).toEqual(['üπ¥', '$']);
  });

  it('marks alignment, size and weight of a line; alignment only at its beginning', async () => {
    const host = await printed([0x1b, 0x61, 1, 0x1d, 0x21, 0x11, 0x1b, 0x45, 1], 'Title\n');
    await host.send(
      [0x1d, 0x21, 0, 0x1b, 0x45, 0, 0x1b, 0x61, 0x32],
      'right\n',
      INIT,
      'left',
      [0x1b, 0x61, 1],
      '\n',
      CUT,
    );
    expect(host.state.hangingParts).toMatchObject([
      { text: 'Title', align: 'center', width: 2, height: 2, isBold: true },
      { text: 'right', align: 'right', width: 1, height: 1, isBold: false },
      { text: 'left', align: 'left' },
    ]);
    expect(host.state.refusedCommands).toBe(1);
  });

  it('ESC ! and ESC G, FS !: emphasis and double size', async () => {
    const host = await printed([0x1b, 0x21, 0x38], 'a\n', [0x1b, 0x21, 0, 0x1b, 0x47, 1], 'b\n');
    await host.send([0x1b, 0x47, 0, 0x1c, 0x21, 0x0c], 'c', CHINESE_ON, gbk('大'), '\n', CUT);
    expect(host.state.hangingParts).toMatchObject([
      { text: 'a', width: 2, height: 2, isBold: true },
      { text: 'b', width: 1, height: 1, isBold: true },
      { text: 'c大', width: 2, height: 2, isBold: false },
    ]);
  });

  it('ESC d feeds n lines with the printed one among them, ESC J dots, ESC 3 sets the spacing', async () => {
    const host = await printed('a', [0x1b, 0x64, 3], [0x1b, 0x64, 0], 'b', [0x1b, 0x64, 0], [0x1b, 0x4a, 80]);
    expect(host.state.uncut).toEqual(['a', '', '', 'b']);
    // 3 lines of 34 dots, one of 24 (its characters), 80 dots; 8 dots to the millimetre.
    expect(host.state.paperMm).toBe(Math.round(80_000 - (3 * 34 + 24 + 80) / 8));
    await host.send([0x1b, 0x33, 200], '\n', [0x1b, 0x32], '\n', 'c', [0x1b, 0x4a, 10]);
    expect(host.state.paperMm).toBe(Math.round(80_000 - (206 + 200 + 34 + 24) / 8));
  });

  it('ESC @ forgets the line, the modes, Chinese mode and the stored code', async () => {
    const host = await printed([0x1d, 0x21, 0x11, 0x1b, 0x61, 1], CHINESE_ON, 'gone', INIT, [0xd6, 0xd0], '\n', CUT);
    expect(host.state.hangingParts).toMatchObject([{ text: '╓╨', align: 'left', width: 1 }]);
  });
});

describe('Chinese', () => {
  it('every character of GBK reads back equal, half a thousand lines of it', async () => {
    const decoder = new TextDecoder('gbk');
    const rows: string[] = [];
    for (let lead = 0x81; lead <= 0xfe; lead += 1) {
      const cells = Array.from({ length: 0xbf }, (_, i) => 0x40 + i).filter((trail) => trail !== 0x7f);
      const text = cells.map((trail) => decoder.decode(Uint8Array.of(lead, trail))).join('');
      rows.push(
        Array.from(text)
          .filter((character) => !/[\uE000-\uF8FF\uFFFD]/u.test(character))
          .join(''),
      );
    }
    const lines = rows.flatMap((row) => row.match(/.{1,24}/gu) ?? []);
    const known = lines.map((line) =>
      Array.from(line)
        .filter((c) => iconv.decode(gbk(c), 'gbk') === c && gbk(c).length === 2)
        .join(''),
    );
    const wanted = known.filter((line) => line !== '');
    expect(wanted.join('').length).toBeGreaterThan(21_000);
    for (let at = 0; at < wanted.length; at += 500) {
      const some = wanted.slice(at, at + 500);
      const host = await printed(INIT, CHINESE_ON, ...some.map((line) => bytesOf(gbk(line), '\n')), CUT);
      expect(host.state.hanging).toEqual(some);
      expect(host.state.unknownCommands).toBe(0);
    }
  });

  it('a Chinese character takes two columns; ASCII stays itself', async () => {
    const host = await printed(CHINESE_ON, gbk(`回执No.1${'字'.repeat(22)}`), '\n', CHINESE_OFF, 'ok\n');
    expect(host.state.uncut).toEqual([`回执No.1${'字'.repeat(20)}`, '字字', 'ok']);
  });

  it('a four-byte code and an empty cell are boxes; a broken pair eats nothing else', async () => {
    const host = await printed(CHINESE_ON, [0x81, 0x39, 0xef, 0x31], gbk('中'), [0x95, 0x34, 0xb2, 0x35], '\n');
    await host.send([0xff], 'a', [0xaa, 0xa1], 'b', [0xd6, 0x0a], [0x81, 0x39], 'c', [0x81, 0x39, 0xef], 'd\n');
    expect(host.state.uncut).toEqual(['□中□', '□a□b□', '□c□d']);
  });
});

describe('pictures and codes', () => {
  it('GS ( k stores and prints a QR code; without one nothing is printed', async () => {
    const host = await printed(
      [0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30],
      INIT,
      [0x1b, 0x61, 1],
      qr('https://hall.example/r/签注-1'),
      CUT,
    );
    expect(host.state).toMatchObject({
      hanging: ['[QR]'],
      hangingQr: ['https://hall.example/r/签注-1'],
      refusedCommands: 1,
    });
    expect(host.state.hangingParts).toMatchObject([{ kind: 'qr', align: 'center' }]);
    expect(host.state.unknownCommands).toBe(0);
  });

  it('a code that is too wide, too long or wrongly set is not printed', async () => {
    const wide = [0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, 16];
    const host = await printed(qr('x'.repeat(7_000)), wide, [0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30]);
    await host.send([0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, 17], [0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x45, 0x34]);
    expect(host.state).toMatchObject({ uncut: null, refusedCommands: 4, unknownCommands: 0 });
    await host.send(
      INIT,
      qr('short'),
      [0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x52, 0x30],
      [0x1d, 0x28, 0x4c, 2, 0, 0x30, 0x32],
    );
    expect(host.state).toMatchObject({ uncut: ['[QR]'], unknownCommands: 2 });
  });

  it('a QR code that is no UTF-8 reads as Latin-1', async () => {
    const host = await printed(
      [0x1d, 0x28, 0x6b, 5, 0, 0x31, 0x50, 0x30, 0xff, 0xfe],
      [0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30],
      CUT,
    );
    expect(host.state.hangingQr).toEqual(['ÿþ']);
  });

  it('GS v 0 prints a picture, in bands but as one; doubled height takes double paper', async () => {
    const host = await printed([0x1d, 0x76, 0x30, 0, 10, 0, 50, 0], new Uint8Array(500), 'x\n');
    expect(host.state.uncut).toEqual(['[image 80×50]', 'x']);
    expect(host.state.paperMm).toBe(Math.round(80_000 - (50 + 34) / 8));
    await host.send([0x1d, 0x76, 0x30, 0x33, 1, 0, 8, 0], new Uint8Array(8));
    expect(host.state.paperMm).toBe(Math.round(80_000 - (50 + 34 + 16) / 8));
  });

  it('GS v 0 behind text is swallowed; with a size out of range its data are printed as text', async () => {
    const host = await printed('a', [0x1d, 0x76, 0x30, 0, 1, 0, 2, 0], 'zz', '\n');
    await host.send([0x1d, 0x76, 0x30, 0, 129, 0, 1, 0], 'z\n');
    expect(host.state).toMatchObject({ uncut: ['a', 'z'], refusedCommands: 2 });
  });
});

describe('the blade', () => {
  it.each([
    ['GS V 65 n', [0x1d, 0x56, 65, 0]],
    ['GS V 66 n', [0x1d, 0x56, 66, 20]],
  ])('%s feeds to the blade first', async (_, cut) => {
    const host = await printed('one\n', cut, 'two\n', cut);
    expect(host.state).toMatchObject({ slips: 2, hanging: ['one', 'two'] });
  });

  it.each([0, 1, 48, 49])(
    'GS V %i cuts where the paper stands: what the blade has not reached begins the next slip',
    async (m) => {
      const host = await printed('one\n', 'two\n', 'three\n\n\n', [0x1d, 0x56, m]);
      // 120 dots from head to blade are two blank lines and one whole one; the line under the blade goes with the slip.
      expect(host.state).toMatchObject({ slips: 1, hanging: ['one', 'two'], uncut: ['three'] });
      await host.send('\n\n\n\n', [0x1d, 0x56, m], '\n\n\n\n\n', [0x1d, 0x56, m]);
      expect(host.state).toMatchObject({ slips: 2, hanging: ['one', 'two', 'three'], uncut: null });
    },
  );

  it('does not cut behind an unprinted line, nor with a mode it has not', async () => {
    const host = await printed('one', CUT, '\n', [0x1d, 0x56, 7]);
    expect(host.state).toMatchObject({ slips: 0, uncut: ['one'], refusedCommands: 2, unknownCommands: 0 });
  });

  it('a blank piece falls and is no slip', async () => {
    expect((await printed(CUT, CUT)).state).toMatchObject({ slips: 0, hanging: null, paperMm: 80_000 - 30 });
  });
});

describe('answers', () => {
  it('GS I: ids as a byte, texts as a block', async () => {
    const host = new PrinterHost('fast', { serial: 'S1', model: 'M2', firmware: 'F3' });
    const text = (n: number): Promise<string> => host.ask([0x1d, 0x49, n]);
    expect([await text(1), await text(2), await text(3), await text(49)]).toEqual(['20', '03', '01', '20']);
    expect([await text(65), await text(66), await text(67), await text(68)]).toEqual([
      '5f463300',
      '5f4550534f4e00',
      '5f4d3200',
      '5f533100',
    ]);
    expect(await text(69)).toBe(`5f${Buffer.from('CHINA GB18030').toString('hex')}00`);
    expect(await text(99)).toBe('');
    host.printer.fault('F22');
    expect(await text(68)).not.toBe('5f533100');
  });

  it('GS r: paper and drawer', async () => {
    const host = new PrinterHost();
    expect(await host.ask([0x1d, 0x72, 1], [0x1d, 0x72, 0x32])).toBe('0001');
    host.printer.fault('F23');
    expect(await host.ask([0x1d, 0x72, 0x31], [0x1d, 0x72, 9])).toBe('03');
  });

  it('GS ( H answers at once when nothing waits before it; out of range it does not', async () => {
    const host = new PrinterHost();
    expect(await host.ask(processId('AB12'))).toBe('37224142313200');
    expect(await host.ask(processId('AB\n2'))).toBe('');
    expect(await host.ask([0x1d, 0x28, 0x48, 3, 0, 0x31, 0x30, 1])).toBe('');
    expect(host.state).toMatchObject({ refusedCommands: 1, unknownCommands: 1 });
  });
});

describe('a driver’s mistakes', () => {
  it('unknown codes are dropped and counted, and what follows them is printed', async () => {
    const host = await printed([0x1b], 'Z1 ', [0x1c], 'q', [0x1d], 'k', [0x10, 0x99], [0], '\n');
    expect(host.state).toMatchObject({ uncut: ['Z1 qkÖ'], unknownCommands: 5 });
  });

  it('CR, FF and CAN are ignored; code pages and sets that it has not are refused', async () => {
    const host = await printed(
      'a',
      [0x0d, 0x0c, 0x18],
      [0x1b, 0x74, 0, 0x1b, 0x2d, 1, 0x1c, 0x2d, 1, 0x1d, 0x42, 1],
      '\n',
    );
    expect(host.state).toMatchObject({ uncut: ['a'], unknownCommands: 0, refusedCommands: 0 });
    await host.send([0x1b, 0x74, 9, 0x1b, 0x52, 99, 0x1b, 0x4d, 7, 0x1d, 0x21, 0x88]);
    expect(host.state.refusedCommands).toBe(4);
  });
});
