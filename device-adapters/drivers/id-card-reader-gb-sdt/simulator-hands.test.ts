import { ID_CARDS } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { HEAR, SAY, SdtHost, takenApart } from './simulator-test-host.ts';

const failed = (sw3: string): string => {
  const check = (4 ^ Number.parseInt(sw3, 16)).toString(16).padStart(2, '0');
  return `aaaaaa966900040000${sw3}${check}`;
};

async function withFault(fault: string, thing = 'id-li-na'): Promise<SdtHost> {
  const host = new SdtHost();
  await host.ready(thing);
  expect(host.reader.fault(fault)).toEqual({ ok: true, value: undefined });
  return host;
}

describe('hands', () => {
  it('lay one card on, and lift it', () => {
    const { reader } = new SdtHost();
    expect(reader.take()).toEqual({ ok: false, error: 'no card lies on the reader' });
    expect(reader.put('permit-li-na')).toEqual({ ok: false, error: 'no such ID card: permit-li-na' });
    for (const { thing } of ID_CARDS) {
      expect(reader.put(thing)).toMatchObject({ ok: true });
      expect(reader.put('id-li-na')).toEqual({ ok: false, error: 'a card lies on the reader already' });
      expect(reader.take()).toEqual({ ok: true, value: { thing } });
    }
  });

  it('the lamp tells what a person should know', async () => {
    const host = new SdtHost();
    let changes = 0;
    host.reader.onChange(() => (changes += 1));
    expect(host.state['lamp']).toBe('ready');
    host.reader.put('id-li-na');
    expect(host.state['lamp']).toBe('card');
    await host.say(SAY.find + SAY.select + SAY.read);
    expect(host.state['lamp']).toBe('read');
    expect(changes).toBeGreaterThan(0);
    host.reader.fault('read-fails');
    await host.say(SAY.read);
    expect(host.state['lamp']).toBe('failed');
    host.reader.clear();
    expect(host.state['lamp']).toBe('card');
    host.reader.take();
    expect(host.state['lamp']).toBe('ready');
    host.reader.fault('sam-broken');
    expect(host.state['lamp']).toBe('failed');
    host.reader.unplug();
    expect(host.state).toMatchObject({ lamp: 'off', plugged: false, connected: false });
  });

  it('after a restart of the bench the card still lies there, and answers anew', async () => {
    const first = new SdtHost();
    await first.ready('id-rare-name');
    const kept: unknown = JSON.parse(JSON.stringify(first.reader.save()));
    const second = new SdtHost();
    second.reader.restore(kept);
    expect(second.state).toMatchObject({ card: 'id-rare-name', reads: 0, baud: 115_200 });
    expect(await second.say(SAY.find)).toBe(HEAR.found);
    for (const foreign of [null, 'not ours', {}, { card: null }, { card: 'id-nobody' }, { card: 7 }]) {
      const third = new SdtHost();
      third.reader.restore(foreign);
      expect(third.state).toMatchObject({ card: null });
    }
  });

  it('the reader takes the cards that it is given', () => {
    const host = new SdtHost('fast', ID_CARDS.slice(0, 1));
    expect(host.reader.put('id-li-na')).toMatchObject({ ok: false });
    expect(host.reader.put('id-li-ming')).toMatchObject({ ok: true });
  });
});

describe('faults', () => {
  it('F08: one answers, none can be selected', async () => {
    const host = await withFault('F08');
    expect(await host.say(SAY.read)).toBe(HEAR.notRead);
    await host.say(SAY.reset);
    expect(await host.say(SAY.find)).toBe(HEAR.found);
    expect(await host.say(SAY.select)).toBe(HEAR.notSelected);
    expect(await host.say(SAY.find)).toBe(HEAR.noCard);
    host.reader.clear();
    expect(await host.say(SAY.select)).toBe(HEAR.selected);
  });

  it('F12: hears nothing, says nothing', async () => {
    const host = await withFault('F12');
    expect(host.state['faults']).toEqual(['silent']);
    expect(await host.say(SAY.status, 10_000)).toBe('');
    host.reader.clear();
    expect(await host.say(SAY.status)).toBe(HEAR.ok);
  });

  it('F22: another SAM', async () => {
    const host = new SdtHost();
    const own = await host.say(SAY.samId);
    host.reader.fault('F22');
    const other = await host.say(SAY.samId);
    expect(other).toHaveLength(27 * 2);
    expect(other).not.toBe(own);
    host.reader.clear();
    expect(await host.say(SAY.samId)).toBe(own);
  });

  it('no-card: nothing is seen, though a card lies there', async () => {
    const host = await withFault('no-card');
    expect(await host.say(SAY.read)).toBe(HEAR.notRead);
    expect(await host.say(SAY.reset + SAY.find + SAY.select)).toBe(HEAR.ok + HEAR.noCard + HEAR.notSelected);
    expect(host.state).toMatchObject({ card: 'id-li-na' });
  });

  it.each([
    ['read-fails', '41'],
    ['not-permitted', '23'],
    ['random-failed', '47'],
  ])('%s: %s to both reads of the card until it is cleared; the body’s number is told', async (fault, sw3) => {
    const host = await withFault(fault);
    expect(await host.say(SAY.read)).toBe(failed(sw3));
    expect(await host.say(SAY.readAll)).toBe(failed(sw3));
    expect(await host.say(SAY.body)).toMatch(/^aaaaaa9669001c000090/);
    expect(host.state).toMatchObject({ reads: 0 });
    host.reader.clear();
    expect(await host.say(SAY.read)).toHaveLength(1_295 * 2);
  });

  it.each([
    ['sam-broken', '60'],
    ['sam-login-failed', '61'],
    ['sam-not-authorised', '66'],
  ])('%s: %s to everything until it is cleared', async (fault, sw3) => {
    const host = await withFault(fault);
    for (const request of Object.values(SAY)) expect(await host.say(request)).toBe(failed(sw3));
    expect(host.state).toMatchObject({ reads: 0, baud: 115_200 });
    host.reader.clear();
    expect(await host.say(SAY.status)).toBe(HEAR.ok);
  });

  it('lifted-mid-read: the next read gives nothing, and the card is in the hand', async () => {
    const host = await withFault('lifted-mid-read');
    expect(await host.say(SAY.status)).toBe(HEAR.ok);
    expect(await host.say(SAY.read)).toBe(HEAR.notRead);
    expect(host.state).toMatchObject({ card: null, reads: 0, faults: [] });
    await host.ready('id-li-na');
    expect(await host.say(SAY.read)).toHaveLength(1_295 * 2);
  });

  it('checksum-at-sam: once, then well', async () => {
    const host = await withFault('checksum-at-sam');
    expect(await host.say(SAY.read)).toBe(HEAR.checksum);
    expect(await host.say(SAY.read)).toHaveLength(1_295 * 2);
    expect(host.state).toMatchObject({ reads: 1, faults: [] });
  });

  it('unknown-type: X at 248, everything else as it is', async () => {
    const host = new SdtHost();
    await host.ready();
    const { text } = takenApart(await host.say(SAY.read));
    host.reader.fault('unknown-type');
    const strange = takenApart(await host.say(SAY.readAll)).text;
    expect(strange.toString('utf16le', 248, 250)).toBe('X');
    strange.write(' ', 248, 'utf16le');
    expect(strange).toEqual(text);
  });

  it('power-dip: no answer, and the reader begins anew with the card on it', async () => {
    const host = await withFault('power-dip');
    await host.say(SAY.baud9600);
    expect(await host.say(SAY.read, 10_000)).toBe('');
    expect(host.state).toMatchObject({ card: 'id-li-na', baud: 115_200, faults: [] });
    expect(await host.say(SAY.read)).toBe(HEAR.notFoundYet);
    expect(await host.say(SAY.find)).toBe(HEAR.found);
  });

  it('a cable’s: half of an answer, one twice, one with a wrong check, one with noise before it', async () => {
    const said = async (fault: string): Promise<string> => (await withFault(fault)).say(SAY.status);
    expect(await said('half-frame')).toBe(HEAR.ok.slice(0, 12));
    expect(await said('duplicate')).toBe(HEAR.ok + HEAR.ok);
    expect(await said('wrong-checksum')).toBe(`${HEAR.ok.slice(0, -2)}c1`);
    expect(await said('garbage')).toBe(`ff00817fff${HEAR.ok}`);
    expect(await said('flood')).toHaveLength((204_800 + 11) * 2);
    const late = await withFault('late-answer');
    expect(await late.say(SAY.status, 59_999)).toBe('');
    expect(await late.pass(1)).toBe(HEAR.ok);
    const slow = await withFault('slow-bytes');
    expect(await slow.say(SAY.status, 9_999)).toBe(HEAR.ok.slice(0, 20));
    expect(await slow.pass(1)).toBe(HEAR.ok.slice(20));
  });

  it('offers every fault that it names, and no other', () => {
    const { reader } = new SdtHost();
    for (const fault of reader.faults) expect(reader.fault(fault)).toEqual({ ok: true, value: undefined });
    expect(reader.fault('F24')).toEqual({ ok: false, error: 'no such fault: F24' });
    reader.clear();
    expect(reader.state()['faults']).toEqual([]);
  });
});
