import { describe, expect, it } from 'vitest';
import { frameOf, SimulatorWorld } from './testing/simulator-world.ts';

const INPUTS = '0200000010';
/** Doors closed, bolts thrown, mains and UPS there, nothing tampered: bits 0–4, 9, 12–15. */
const AT_REST = '02021ff2';
const LATCH = '0300000001';

describe('locks and doors', () => {
  it('a bolt follows its coil within a second, and its contact with it; the service door has none', async () => {
    const world = new SimulatorWorld('real');
    await world.ask('0500000000');
    await world.ask('0500020000');
    expect(await world.ask('0100000003')).toBe('010102');
    expect(await world.ask(INPUTS)).toBe(AT_REST);
    expect(world.state()).toMatchObject({ locks: { front: 'moving', back: 'locked', service: 'moving' } });
    await world.pass(1_000);
    expect(await world.ask('0200000005')).toBe('020117');
    expect(world.state()).toMatchObject({ locks: { front: 'unlocked', back: 'locked', service: 'unlocked' } });
  });

  it('a hand opens a door that no bolt holds, and force opens any', async () => {
    const world = new SimulatorWorld();
    expect(world.cabinet.put('door-front-open')).toEqual({ ok: false, error: 'the front door is locked' });
    await world.ask('0500000000');
    expect(world.cabinet.put('door-front-open').ok).toBe(true);
    expect(await world.ask('0200000005')).toBe('020116');
    // A clear is no hand: who opened it shuts it.
    world.cabinet.clear();
    expect(world.state()).toMatchObject({ doors: { front: 'open' } });
    expect(world.cabinet.put('door-front-closed').ok).toBe(true);
    await world.ask('050000ff00');
    world.cabinet.fault('F59');
    expect(await world.ask('0200000005')).toBe('02011e');
    expect(world.state()).toMatchObject({ doors: { front: 'open' }, locks: { front: 'locked' }, faults: ['F59'] });
    expect(world.cabinet.put('door-front-closed').ok).toBe(true);
    expect(world.state()).toMatchObject({ doors: { front: 'closed' }, faults: [] });
    world.cabinet.fault('door-back-open');
    world.cabinet.fault('door-service-open');
    expect(await world.ask('0200000003')).toBe('020101');
    world.cabinet.clear();
    expect(await world.ask(INPUTS)).toBe(AT_REST);
  });

  it('a stuck bolt does not move, and does once it is freed', async () => {
    const world = new SimulatorWorld('real');
    world.cabinet.fault('lock-stuck');
    expect(await world.ask('0500010000')).toBe('0500010000');
    await world.pass(2_000);
    expect(await world.ask('0200040001')).toBe('020101');
    world.cabinet.clear();
    await world.pass(1_000);
    expect(await world.ask('0200040001')).toBe('020100');
  });
});

describe('tamper', () => {
  it.each([
    ['F60', 'seismic', 0],
    ['tamper-lid', 'lid', 1],
    ['tamper-heat', 'heat', 2],
  ] as const)('%s: contact %s is not good, and the latch stays', async (fault, name, bit) => {
    const world = new SimulatorWorld();
    const contact = `02000${(13 + bit).toString(16)}0001`;
    expect(await world.ask(contact)).toBe('020101');
    world.cabinet.fault(fault);
    expect(await world.ask(contact)).toBe('020100');
    expect(world.state()).toMatchObject({ disturbed: [name], tamper: { [name]: 'latched' } });
    const latched = `0302000${1 << bit}`;
    expect(await world.ask(LATCH)).toBe(latched);
    // Not while the contact is not good.
    await world.ask('100001000102' + '0007');
    expect(await world.ask(LATCH)).toBe(latched);
    expect(world.cabinet.put('tamper-reset').ok).toBe(false);
    world.cabinet.clear();
    expect(await world.ask(contact)).toBe('020101');
    expect(await world.ask(LATCH)).toBe(latched);
    // Only the bits that are 1.
    await world.ask('100001000102' + `000${7 & ~(1 << bit)}`);
    expect(await world.ask(LATCH)).toBe(latched);
    await world.ask('100001000102' + `000${1 << bit}`);
    expect(await world.ask(LATCH)).toBe('03020000');
  });

  it('a blow is over after a second; the lid by hand; the button on the board ends the latch', async () => {
    const world = new SimulatorWorld();
    world.cabinet.fault('F60');
    await world.pass(1_000);
    expect(world.state()).toMatchObject({ disturbed: [], tamper: { seismic: 'latched' } });
    expect(world.cabinet.put('lid-open').ok).toBe(true);
    expect(world.cabinet.put('tamper-reset')).toEqual({ ok: false, error: 'not good yet: lid' });
    expect(world.state()).toMatchObject({ tamper: { seismic: 'ok', lid: 'latched' } });
    expect(world.cabinet.put('lid-closed').ok).toBe(true);
    expect(world.cabinet.put('tamper-reset').ok).toBe(true);
    expect(world.state()).toMatchObject({ tamper: { seismic: 'ok', lid: 'ok', heat: 'ok' } });
  });
});

describe('key, button, temperature', () => {
  it('key and button have contacts; the button springs back', async () => {
    const world = new SimulatorWorld();
    const contacts = '0200060003';
    const seen: string[] = [];
    for (const hand of ['key-maintenance', 'key-supervisor', 'call-button', 'key-run']) {
      world.cabinet.put(hand);
      seen.push(await world.ask(contacts));
    }
    expect(seen).toEqual(['020101', '020102', '020106', '020104']);
    await world.pass(1_000);
    expect(await world.ask(contacts)).toBe('020100');
    expect(world.cabinet.put('phone-alipay').ok).toBe(false);
    expect(world.cabinet.take().ok).toBe(false);
  });

  it.each([
    ['too-hot', '0267'],
    ['too-cold', 'ffd8'],
    ['probe-broken', '8000'],
  ])('%s', async (fault, raw) => {
    const world = new SimulatorWorld();
    world.cabinet.fault(fault);
    expect(await world.ask('0400100001')).toBe(`0402${raw}`);
  });
});

describe('the UPS', () => {
  const CONTACTS = '0200090004';
  const VALUES = '0400110002';

  it('empties over time, says low three minutes before, and fills again', async () => {
    const world = new SimulatorWorld();
    const seen = async (): Promise<unknown> => [
      (world.state()['ups'] as { state: string }).state,
      await world.ask(CONTACTS),
      await world.ask(VALUES),
    ];
    expect(await seen()).toEqual(['powering', '020109', '040400640014']);
    world.cabinet.put('mains-off');
    await world.clock.advance(10 * 60_000);
    expect(await seen()).toMatchObject(['engaged', '020108', '040400310009']);
    await world.clock.advance(7 * 60_000);
    expect(await seen()).toMatchObject(['low', '02010a', '0404000e0002']);
    await world.clock.advance(10 * 60_000);
    expect(await seen()).toEqual(['low', '02010a', '040400000000']);
    world.cabinet.put('mains-on');
    await world.clock.advance(5 * 60_000);
    expect(await seen()).toMatchObject(['recovered', '02010d', '040400190005']);
    await world.clock.advance(20 * 60_000);
    expect(await seen()).toEqual(['powering', '020109', '040400640014']);
  });

  it.each([
    ['F56', '020108', '040400630013'],
    ['ups-low', '02010a', '0404000e0002'],
    ['ups-recovering', '02010d', '040400280008'],
    ['ups-unheard', '020100', '0404ffffffff'],
  ])('%s', async (fault, contacts, values) => {
    const world = new SimulatorWorld();
    world.cabinet.fault(fault);
    expect(await world.ask(CONTACTS)).toBe(contacts);
    expect(await world.ask(VALUES)).toBe(values);
    world.cabinet.clear();
    expect(await world.ask(CONTACTS)).toBe('020109');
    expect(await world.ask(VALUES)).toBe('040400640014');
  });

  it('tells whoever looks that the charge has changed', async () => {
    const world = new SimulatorWorld();
    world.cabinet.fault('F56');
    let told = 0;
    world.cabinet.onChange(() => (told += 1));
    await world.clock.advance(60_000);
    expect(told).toBe(5);
  });
});

describe('faults', () => {
  it('bounce: each read is the other way', async () => {
    const world = new SimulatorWorld();
    world.cabinet.fault('bounce');
    const reads = [await world.ask('0200000001'), await world.ask('0200000001'), await world.ask('0200000001')];
    expect(reads).toEqual(['020101', '020100', '020101']);
  });

  it('light-stuck: answered, and nothing changes', async () => {
    const world = new SimulatorWorld();
    world.cabinet.fault('light-stuck');
    expect(await world.ask('100010000102' + '0001')).toBe('1000100001');
    expect(await world.ask('050008ff00')).toBe('050008ff00');
    expect(world.state()).toMatchObject({ lights: { status: 'off', inside: 'off' }, writes: 0 });
  });

  it('write-unanswered, write-unheard, busy-once: once; reads are not meant by the first two', async () => {
    const world = new SimulatorWorld();
    const write = '050008ff00';
    world.cabinet.fault('write-unanswered');
    expect(await world.ask('0100080001')).toBe('010100');
    expect(await world.ask(write)).toBe('');
    expect(world.state()).toMatchObject({ lights: { inside: 'on' }, faults: [] });
    world.cabinet.fault('write-unheard');
    expect(await world.ask('0500080000')).toBe('');
    expect(world.state()).toMatchObject({ lights: { inside: 'on' }, faults: [] });
    world.cabinet.fault('busy-once');
    expect(await world.ask(LATCH)).toBe('8306');
    expect(await world.ask(LATCH)).toBe('03020000');
  });

  it('late-once and slow', async () => {
    const world = new SimulatorWorld();
    world.cabinet.fault('late-once');
    expect(await world.say(frameOf(LATCH), 690)).toBe('');
    expect(await world.pass(20)).toBe(frameOf('03020000'));
    world.cabinet.fault('slow');
    expect(await world.say(frameOf(LATCH), 340)).toBe('');
    expect(await world.pass(20)).toBe(frameOf('03020000'));
  });

  it('wrong-unit, wrong-model, inputs-broken', async () => {
    const world = new SimulatorWorld();
    world.cabinet.fault('wrong-unit');
    expect(await world.say(frameOf(LATCH))).toBe(frameOf('03020000', 2));
    world.cabinet.clear();
    world.cabinet.fault('wrong-model');
    expect(await world.ask('0400000001')).toBe('04020000');
    world.cabinet.fault('inputs-broken');
    expect(await world.ask(INPUTS)).toBe('8204');
  });

  it('a restart: deaf for a second, lights out; coils and latch are kept', async () => {
    const world = new SimulatorWorld();
    await world.ask('100010000102' + '0001');
    await world.ask('050008ff00');
    await world.ask('0500000000');
    world.cabinet.fault('F60');
    world.cabinet.fault('board-restarts');
    expect(await world.ask(LATCH)).toBe('');
    await world.pass(1_000);
    expect(world.state()).toMatchObject({ bootCount: 2, lights: { status: 'off', inside: 'on' } });
    expect(await world.ask(LATCH)).toBe('03020001');
    expect(await world.ask('0100000003')).toBe('010106');
  });

  it('F12 and the cable’s faults: silent, half, doubled, wrong; and after clear as before', async () => {
    const world = new SimulatorWorld();
    const good = frameOf('03020000');
    const bent: Readonly<Record<string, string>> = {
      F12: '',
      silent: '',
      'half-frame': good.slice(0, 8),
      duplicate: good + good,
      garbage: `ff00817fff${good}`,
    };
    for (const [fault, said] of Object.entries(bent)) {
      world.cabinet.fault(fault);
      expect(await world.say(frameOf(LATCH)), fault).toBe(said);
      world.cabinet.clear();
      expect(await world.say(frameOf(LATCH))).toBe(good);
    }
    expect(world.cabinet.fault('F01')).toEqual({ ok: false, error: 'no such fault: F01' });
  });

  it('unplugged: nothing is said, and the cabinet itself goes on', async () => {
    const world = new SimulatorWorld();
    await world.ask('050008ff00');
    world.cabinet.unplug();
    world.cabinet.fault('F59');
    expect(world.state()).toMatchObject({ plugged: false, connected: false, doors: { front: 'open' } });
    world.cabinet.plug();
    world.reconnect();
    expect(await world.ask('0200000001')).toBe('020100');
    expect(world.state()).toMatchObject({ lights: { inside: 'on' } });
  });
});

describe('memory', () => {
  it('doors, key, coils, latches and battery outlive a restart; lights and faults do not', async () => {
    const before = new SimulatorWorld();
    await before.ask('0500000000');
    await before.ask('050008ff00');
    await before.ask('100010000102' + '0001');
    before.cabinet.put('door-front-open');
    before.cabinet.put('key-supervisor');
    before.cabinet.fault('F60');
    before.cabinet.put('mains-off');
    await before.clock.advance(6 * 60_000);
    const kept: unknown = JSON.parse(JSON.stringify(before.cabinet.save()));
    const after = new SimulatorWorld();
    after.cabinet.restore(kept);
    expect(after.state()).toMatchObject({
      doors: { front: 'open', back: 'closed' },
      locks: { front: 'unlocked', back: 'locked' },
      tamper: { seismic: 'latched', lid: 'ok' },
      lights: { inside: 'on', status: 'off' },
      keySwitch: 'supervisor',
      ups: { state: 'powering', chargePercent: 70 },
      bootCount: 2,
      faults: [],
    });
  });

  it('leaves alone what it does not know', () => {
    const { cabinet } = new SimulatorWorld();
    for (const kept of [null, 7, {}, { charge: 1_000 }]) cabinet.restore(kept);
    expect(cabinet.state()).toMatchObject({ bootCount: 1, keySwitch: 'run', ups: { chargePercent: 100 } });
  });
});
