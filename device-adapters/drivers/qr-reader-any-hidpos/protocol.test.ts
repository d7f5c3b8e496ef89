import { concatBytes, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { decodeHidIdentityPart } from '../../framing/hid-message.ts';
import { createHidposCutter } from '../../framing/hidpos-report.ts';
import { ASK_IDENTITY, decodeIdentity, decodeReport, reportOrder } from './protocol.ts';
import { fixture, readFixtures } from './testing/fixtures.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('orders', () => {
  it('are sent as the fixtures have them', () => {
    expect(toHex(ASK_IDENTITY)).toBe(toHex(fixture('identity').sent));
    expect(toHex(reportOrder(Uint8Array.of(4, 1), false))).toBe(toHex(fixture('output report').sent));
    expect(toHex(reportOrder(Uint8Array.of(4, 0), true))).toBe(toHex(fixture('feature report').sent));
  });

  it.each([
    ['04 01', '0401'],
    ['0401', '0401'],
    ['aF', 'af'],
    [`07${'00'.repeat(60)}`, `07${'00'.repeat(60)}`],
    ['', undefined],
    ['4', undefined],
    ['04 0g', undefined],
    ['00 01', undefined],
    [`07${'00'.repeat(61)}`, undefined],
  ])('the report %j is %j', (text, hex) => {
    const report = decodeReport(text);
    expect(report && toHex(report)).toBe(hex);
  });
});

describe('identity', () => {
  it('of the fixture', () => {
    const part = decodeHidIdentityPart(fixture('identity').received);
    expect(part && decodeIdentity(part.text)).toEqual({
      vendorId: '0c2e',
      productId: '0b61',
      usagePage: '008c',
      usage: '0002',
      release: '0110',
      manufacturer: 'Example',
      product: 'Scanner 1900',
      serial: 'SN-00042',
    });
  });

  it('of which nothing is known is empty; a name may be Chinese', () => {
    expect(decodeIdentity(ascii(';;;;;'))).toMatchObject({ vendorId: '', usagePage: '', release: '', serial: '' });
    expect(decodeIdentity(ascii('0c2e:0b61;;;示例;扫码器;'))).toMatchObject({ product: '扫码器', usage: '' });
  });

  it.each(['', ';;;;', ';;;;;;', '0C2E:0b61;;;;;', '0c2e;;;;;', '0c2e:0b61;8c:2;;;;', '0c2e:0b61;;11;;;'])(
    '%j is none',
    (text) => {
      expect(decodeIdentity(ascii(text))).toBeUndefined();
    },
  );
});

describe('fixtures', () => {
  const cutAll = (...chunks: readonly Uint8Array[]): string[] => {
    const cutter = createHidposCutter();
    const cuts = [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.flush()];
    return cuts.map((cut) => {
      if (cut.kind === 'discarded') return `-${cut.bytes.length}`;
      return cut.frame.kind === 'scan' ? toHex(cut.frame.data) : toHex(cut.frame.text);
    });
  };
  const received = readFixtures().filter((one) => one.received.length > 0);

  it.each(received.map((one) => [one.says, one.received] as const))(
    '%s: whole, doubled and split at every point',
    (_, bytes) => {
      const whole = cutAll(bytes);
      expect(whole).toHaveLength(bytes.length / 64);
      for (let at = 0; at <= bytes.length; at += 1)
        expect(cutAll(bytes.slice(0, at), bytes.slice(at)), `split at ${at}`).toEqual(whole);
      expect(cutAll(concatBytes(bytes, bytes))).toEqual([...whole, ...whole]);
    },
  );

  it('say what is dropped', () => {
    for (const says of ['another id', 'over length']) expect(cutAll(fixture(says).received)).toEqual(['-64']);
  });
});
