import { expect, it } from 'vitest';
import { readyWorld } from './testing/simulator-world.ts';

const TABLE = '00 01 02 03 04 05 10 12 13 14 16 40 41 43 45 50 51 60 61 62 63 64 65 66 67 68 69 A0 A1 B0 99'.split(' ');

it('offers a switch for every code of the table, and for one that no table knows', async () => {
  const { unit } = await readyWorld();
  const offered = unit.faults.filter((name) => name.startsWith('error-'));
  expect(offered.toSorted()).toEqual(TABLE.map((code) => `error-${code}`).toSorted());
  expect(unit.fault('error-98')).toEqual({ ok: false, error: 'no such fault: error-98' });
});

it.each(['00', '01', '02', '03', '04', '05', '12', '41', '43', '51', '99'])(
  'error %s: every motion is refused with it and moves nothing, until it is cleared',
  async (code) => {
    const world = await readyWorld({ stack: 3 });
    world.unit.fault(`error-${code}`);
    expect(await world.move('31')).toBe(`e${code}`);
    world.unit.fault('F70');
    for (const pm of ['30', '33']) expect(await world.move(pm)).toBe(`e${code}`);
    expect(world.unit.state()).toMatchObject({ place: 'readPosition', binCount: 0, units: { cards: { count: 3 } } });
    expect(await world.status()).toBe('210');
    world.unit.clear();
    expect(await world.move('30')).toBe('110');
  },
);

it.each(['30', '32', '33'])('error 10: the card jams on 32 %s, and status and init say so', async (pm) => {
  const world = await readyWorld();
  world.unit.fault('F70');
  world.unit.fault('error-10');
  expect([await world.move(pm), await world.status()]).toEqual(['e10', 'e10']);
  expect(await world.ask('3037')).toBe('4e30373130');
  world.unit.clear();
  expect(await world.status()).toBe('100');
});

it.each([
  ['error-13', 'e13'],
  ['error-14', 'e14'],
])('%s: the card is not drawn in, until it is taken back', async (fault, said) => {
  const world = await readyWorld();
  world.unit.fault(fault);
  await world.ask('3330');
  world.unit.put('permit-li-na');
  await world.say('', 1_500);
  expect([await world.status(), world.path.place, world.unit.state()['entry']]).toEqual([said, 'gate', 'off']);
  world.unit.take();
  expect(await world.status()).toBe('000');
});

it.each([
  ['error-16', '30', 'e16'],
  ['error-45', '32', 'e45'],
  ['error-40', '33', 'e40'],
])('%s: a hand has the card', async (fault, pm, said) => {
  const world = await readyWorld();
  world.unit.fault('F70');
  world.unit.fault(fault);
  expect([await world.move(pm), await world.status()]).toEqual([said, '000']);
  expect(world.unit.state()).toMatchObject({ card: null, binCount: 0 });
});

it.each([
  ['error-50', 'e50'],
  ['error-A1', 'eA1'],
  ['F04', 'eA1'],
])('%s: nothing goes into the bin', async (fault, said) => {
  const world = await readyWorld();
  world.unit.fault('F70');
  world.unit.fault(fault);
  expect([await world.move('33'), await world.status()]).toEqual([said, said === 'eA1' ? '201' : '200']);
  world.unit.clear();
  expect([await world.move('33'), world.unit.state()['binCount']]).toEqual(['000', 1]);
});

it.each(['60', '61', '62', '63', '64', '65', '66', '67', '68', '69'])('error %s of the chip', async (code) => {
  const world = await readyWorld();
  world.unit.fault('F70');
  expect(await world.ask('6030')).toMatch(/^50/);
  world.unit.fault(`error-${code}`);
  expect(await world.ask('6030')).toBe(`4e6030${Buffer.from(code).toString('hex')}`);
  expect(await world.status()).toBe('200');
});

it('error 65 without a chip that answers', async () => {
  const world = await readyWorld();
  expect(await world.ask('6030')).toBe('4e60303635');
});

it('error A0: the stack gives nothing, and says that it is empty', async () => {
  for (const fault of ['error-A0', 'F15']) {
    const world = await readyWorld({ stack: 3 });
    world.unit.fault(fault);
    expect([await world.move('31'), await world.status()]).toEqual(['eA0', '000']);
    world.unit.clear();
    expect([await world.move('31'), world.unitState('cards')['count']]).toEqual(['210', 2]);
  }
});

it('error B0: as after a power cut, until it is initialised', async () => {
  const world = await readyWorld();
  world.unit.fault('error-B0');
  expect(await world.status()).toBe('eB0');
  await world.ask('3037');
  expect(await world.status()).toBe('000');
});
