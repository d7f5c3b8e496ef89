import { describe, expect, it } from 'vitest';
import {
  devicesOf,
  hasResolution,
  listArgs,
  lookArgs,
  lookOf,
  reachMm,
  scanArgs,
  sensorOf,
  wordOf,
  type RawLook,
} from './protocol.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Lines as scanimage 1.1.1 prints them, of its test backend and of what fujitsu's source has *(assumed)*. */
const LOOK = `
All options specific to device \`test:0':
  Scan Mode:
    --mode Gray|Color [Gray]
        Selects the scan mode (e.g., lineart, monochrome, or color).
    --depth 1|8|16 [8]
        Number of bits per sample, typical values are 1 for "line-art" and 8
    --three-pass[=(yes|no)] [inactive]
    --resolution 1..1200dpi (in steps of 1) [50]
    --source Flatbed|Automatic Document Feeder (left aligned) [Flatbed]
  Geometry:
    -l 0..200mm (in steps of 1) [0]
    -x 0..215.872mm (in steps of 0.0211639) [215.872]
    -y 0..200mm (in steps of 1) [100]
  Sensors:
    --cover-open[=(yes|no)] [no] [hardware]
    --page-loaded[=(yes|no)] [yes] [read-only]
    --double-feed[=(auto|yes|no)] [inactive]
    --red-gamma-table 0..255,... (in steps of 1) [advanced]
`;

function look(text: string): RawLook {
  const read = lookOf(bytes(`All options specific to device \`x':\n${text}`));
  if (read === undefined) throw new Error('no look');
  return read;
}

describe('the list', () => {
  it('asks for name, vendor, model and type, parted by tabs', () => {
    expect(listArgs()).toEqual(['-f', '%d\t%v\t%m\t%t%n']);
    expect(devicesOf(bytes('test:0\tNoname\tfrontend-tester\tvirtual device\nnet:a:b\tA B\t\tscanner\n'))).toEqual([
      { name: 'test:0', vendor: 'Noname', model: 'frontend-tester' },
      { name: 'net:a:b', vendor: 'A B', model: '' },
    ]);
  });

  it.each(['', '\n', 'hello\n', 'a\tb\tc\n', '\ta\tb\tc\n'])('%j has no device', (text) => {
    expect(devicesOf(bytes(text))).toEqual([]);
  });

  it('bytes that are no text do not throw', () => {
    expect(devicesOf(Uint8Array.from({ length: 256 }, (_, n) => n))).toEqual([]);
  });
});

describe('a look', () => {
  const read = lookOf(bytes(LOOK));

  it('asks for one device', () => {
    expect(lookArgs('a:b c')).toEqual(['-d', 'a:b c', '-A']);
  });

  it('gives ranges and values; what is inactive or only told of is not there', () => {
    expect(read?.get('mode')).toEqual({ range: 'Gray|Color', value: 'Gray' });
    expect(read?.get('source')).toEqual({
      range: 'Flatbed|Automatic Document Feeder (left aligned)',
      value: 'Flatbed',
    });
    expect(read?.has('three-pass')).toBe(false);
    expect(read?.get('y')?.range).toBe('0..200mm (in steps of 1)');
  });

  it('without its head it is none', () => {
    expect(lookOf(bytes(''))).toBeUndefined();
    expect(lookOf(bytes('    --mode Gray|Color [Gray]\n'))).toBeUndefined();
  });

  it('reads sensors; one that is not there says nothing', () => {
    const all = (['cover-open', 'page-loaded', 'double-feed'] as const).map((name) => read && sensorOf(read, name));
    expect(all).toEqual([false, true, undefined]);
  });

  it('reaches at most A4, and says when it does not know', () => {
    expect(read && [reachMm(read, 'x'), reachMm(read, 'y')]).toEqual([210, 200]);
    expect(reachMm(look('    -x 0..0mm [0]\n'), 'x')).toBeUndefined();
    expect(reachMm(look('    -x 0..5100pel [0]\n'), 'x')).toBeUndefined();
    expect(reachMm(look('    -y 0..900mm [0]\n'), 'y')).toBe(297);
  });

  it.each([
    ['1..1200dpi (in steps of 1)', [150, 200, 300]],
    ['75..600dpi', [150, 200, 300]],
    ['100..600dpi (in steps of 100)', [200, 300]],
    ['50..200dpi (in steps of 50)', [150, 200]],
    ['75|150|300|600dpi', [150, 300]],
    ['auto||150|300dpi', [150, 300]],
    ['<int>dpi', []],
  ] as const)('resolutions of %s', (range, has) => {
    const one = look(`    --resolution ${range} [150]\n`);
    expect([150, 200, 300].filter((dpi) => hasResolution(one, dpi))).toEqual(has);
  });

  it.each([
    ['source', 'glass', 'ADF|FlatBed', 'FlatBed'],
    ['source', 'glass', 'Document Table|ADF', 'Document Table'],
    ['source', 'feeder', 'Flatbed|ADF|ADF Duplex', 'ADF'],
    ['source', 'feeder', 'ADF Back|ADF Duplex|ADF Front', 'ADF Front'],
    [
      'source',
      'feeder',
      'Flatbed|Automatic Document Feeder(centrally aligned)',
      'Automatic Document Feeder(centrally aligned)',
    ],
    ['source', 'feeder', 'Flatbed|ADF Duplex', undefined],
    ['mode', 'grey', 'Lineart|Halftone|Gray|Color', 'Gray'],
    ['mode', 'grey', 'Black & White|True Gray|24bit Color[Fast]', 'True Gray'],
    ['mode', 'colour', 'Black & White|True Gray|24bit Color[Fast]', '24bit Color[Fast]'],
    ['mode', 'colour', 'lineart|gray|color', 'color'],
    ['mode', 'colour', 'Gray', undefined],
  ] as const)('%s: %s of %s', (option, what, range, word) => {
    expect(wordOf(look(`    --${option} ${range} [x]\n`), option, what)).toBe(word);
  });

  it('a word of the configuration comes first, when the scanner has it', () => {
    const one = look('    --source ADF Duplex|ADF [ADF]\n');
    expect(wordOf(one, 'source', 'feeder', 'ADF Duplex')).toBe('ADF Duplex');
    expect(wordOf(one, 'source', 'feeder', 'Tray')).toBeUndefined();
    expect(wordOf(look(''), 'source', 'glass')).toBeUndefined();
  });
});

describe('a scan', () => {
  it('has the arguments that the README says', () => {
    const order = { device: 'test:0', source: 'ADF', mode: 'Gray', dpi: 200, widthMm: 210, lengthMm: 297, pages: 3 };
    expect(scanArgs(order)).toEqual(
      '-d test:0 --source=ADF --mode=Gray --resolution=200 -l 0 -x 210 -t 0 -y 297 --format=png --batch={folder}/%d.png --batch-start=1 --batch-count=3'.split(
        ' ',
      ),
    );
    expect(scanArgs({ ...order, source: undefined, widthMm: undefined, lengthMm: undefined })).toEqual(
      '-d test:0 --mode=Gray --resolution=200 --format=png --batch={folder}/%d.png --batch-start=1 --batch-count=3'.split(
        ' ',
      ),
    );
  });
});
