import { describe, expect, it } from 'vitest';
import { permitOf } from '../../testing/things.ts';
import { frameOf, readyWorld, SimulatorWorld } from './testing/simulator-world.ts';

describe('the line', () => {
  it('speaks the bytes of the transcription', async () => {
    const world = new SimulatorWorld();
    expect(await world.say('f200000343303303b2', 700)).toBe('06f20000065030333030300394');
    expect(await world.say('06f200000343313003b0')).toBe('06f20000065031303030300396');
  });

  it('NAK to a wrong check byte, end byte or mark; no word to another address', async () => {
    const world = await readyWorld();
    for (const wrong of ['f200000343313003b1', 'f200000343313004b7', 'f200000344313003b7'])
      expect(await world.say(wrong)).toBe('15');
    for (const address of [1, 15]) expect(await world.say(frameOf('3130', address))).toBe('');
    expect(await world.status()).toBe('000');
  });

  it('a split command is one command; half a command is forgotten after a silence', async () => {
    const world = await readyWorld();
    expect(await world.say('f2000003', 100)).toBe('');
    expect(await world.say('43313003b0')).toMatch(/^06f2/);
    expect(await world.say('f20000034331', 300)).toBe('');
    expect(await world.status()).toBe('000');
  });

  it('noise, a length that cannot be and a lone ACK are passed over', async () => {
    const world = await readyWorld();
    expect(await world.say('ff00817f0615f200ffff')).toBe('');
    expect(await world.status()).toBe('000');
  });

  it('EOT is answered, and what was not said yet is not said any more; the motion goes on', async () => {
    const world = await readyWorld();
    expect(await world.say('04')).toBe('04');
    world.path.put(permitOf('permit-li-na'));
    expect(await world.say(frameOf('3232'), 100)).toBe('06');
    expect(await world.say('04', 2_000)).toBe('04');
    expect(world.path.place).toBe('readPosition');
    expect(await world.status()).toBe('200');
  });

  it('both letters of a negative reply', async () => {
    expect(await new SimulatorWorld().ask('3130')).toBe('4e31304230');
    expect(await new SimulatorWorld({ negativeLetter: 'E' }).ask('3130')).toBe('4531304230');
  });

  it('a command that comes twice is done twice', async () => {
    const world = await readyWorld({ stack: 5 });
    world.unit.fault('ack-lost');
    expect(await world.say(frameOf('3230'), 1_300)).toMatch(/^f2000006503230/);
    world.unit.take();
    expect(await world.move('30')).toBe('110');
    expect(world.unit.state()).toMatchObject({ motions: 2, units: { cards: { count: 3, taken: 1, inside: 1 } } });
  });
});

describe('init', () => {
  it('nothing is answered before it, nor after a power dip', async () => {
    const world = new SimulatorWorld();
    for (const command of ['3130', '3131', '3230', '3330', '5031', '6030', 'a230', 'a430', 'a530'])
      expect(await world.ask(command), command).toMatch(/4230$/);
    expect(await world.ask('3037')).toBe('503037303030');
    expect(await world.status()).toBe('000');
    world.unit.powerDip();
    expect(await world.status()).toBe('eB0');
  });

  it('keeps the card, or brings it to the gate or into the bin; disables the entry', async () => {
    const world = await readyWorld();
    for (const [pm, place] of [
      ['33', 'readPosition'],
      ['37', 'readPosition'],
      ['34', 'gate'],
      ['30', 'gate'],
      ['35', 'outside'],
    ] as const) {
      if (world.path.card === undefined) world.unit.fault('F70');
      await world.ask('3330');
      await world.ask(`30${pm}`);
      expect([pm, world.path.place, world.unit.state()['entry']]).toEqual([pm, place, 'off']);
    }
    expect(await world.ask('3039')).toBe('4e30393031');
  });

  it('an older firmware refuses the init with counter, and stays as it was', async () => {
    for (const refusesCountingInit of ['00', '01', '03', '04'] as const) {
      const world = new SimulatorWorld({ refusesCountingInit });
      expect(await world.ask('3037')).toBe(`4e30373${refusesCountingInit[0]}3${refusesCountingInit[1]}`);
      expect(await world.status()).toBe('eB0');
      expect(await world.ask('3033')).toMatch(/^50/);
    }
  });

  it('tells who it is', async () => {
    const world = await readyWorld();
    expect(await world.ask('a230')).toBe(`50a2303030300d${Buffer.from('CRT591-000417').toString('hex')}`);
    expect(await world.ask('a430')).toBe(`50a430303030${Buffer.from('CRT-591-M001 V2.1').toString('hex')}`);
    expect(await world.ask('7730')).toBe('4e77303030');
  });
});

describe('gate and sensors', () => {
  it('ten sensor bytes and the shutter; a variant has no eleventh', async () => {
    const world = await readyWorld();
    expect(await world.ask('3131')).toBe(`503131303030${'30'.repeat(10)}30`);
    await world.ask('3330');
    expect(await world.ask('3131')).toBe(`503131303030${'30'.repeat(10)}31`);
    const bare = await readyWorld({ hasShutterSensor: false });
    bare.unit.fault('F70');
    expect(await bare.ask('3131')).toBe(`503131323030${'30303131313030303030'}`);
  });

  it('draws a card in while the entry is enabled, and only then', async () => {
    const world = await readyWorld();
    world.unit.put('permit-li-na');
    await world.say('', 2_000);
    expect(await world.status()).toBe('100');
    await world.ask('3330');
    expect(await world.status()).toBe('200');
    await world.ask('3331');
    await world.move('30');
    await world.say('', 2_000);
    expect(await world.status()).toBe('100');
    expect(await world.ask('3332')).toBe('4e33323031');
  });

  it('F21: something holds the card at the gate of an open entry until it is cleared', async () => {
    const world = await readyWorld();
    world.unit.fault('F21');
    await world.ask('3330');
    world.unit.put('permit-li-na');
    await world.say('', 30_000);
    expect(await world.status()).toBe('100');
    expect(world.unit.take()).toMatchObject({ ok: false });
    expect([await world.move('32'), await world.move('33')]).toEqual(['e10', 'e40']);
    world.unit.clear();
    await world.say('', 2_000);
    expect(await world.status()).toBe('200');
  });

  it('a power dip in a motion: no reply, the card where it was, nothing is known any more', async () => {
    const world = await readyWorld();
    world.unit.fault('F70');
    world.unit.fault('power-dip');
    expect(await world.say(frameOf('3230'), 2_000)).toBe('06');
    expect([world.path.place, await world.status()]).toEqual(['readPosition', 'eB0']);
  });

  it('power gone while a card is drawn in: it stays at the gate', async () => {
    const world = await readyWorld();
    await world.ask('3330');
    world.unit.put('permit-li-na');
    await world.say('', 300);
    world.unit.powerDip();
    await world.say('', 5_000);
    expect(world.path.place).toBe('gate');
    await world.ask('3037');
    await world.ask('3330');
    expect(await world.status()).toBe('200');
  });
});
