import { describe, expect, it } from 'vitest';
import { readyWorld, SimulatorWorld } from './testing/simulator-world.ts';

describe('the stack', () => {
  it('feeds the front card to the read position; ST1 enough, few, empty; then A0', async () => {
    const world = await readyWorld({ stack: 4, fewCards: 2 });
    const said: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      said.push(await world.move('31'), String(world.path.card?.thing));
      await world.move('33');
    }
    const cards = ['220', 'C20260001', '210', 'C20260002', '210', 'C20260003', '200', 'C20260004'];
    expect(said).toEqual([...cards, 'eA0', 'undefined']);
    expect(world.unitState('cards')).toMatchObject({ count: 0, initial: 4, rejected: 4, inside: 0 });
  });

  it('a unit without a stack is empty', async () => {
    const world = await readyWorld();
    expect([await world.status(), await world.move('31')]).toEqual(['000', 'eA0']);
    expect(world.unit.put('card-pack')).toEqual({ ok: false, error: 'this unit has no stack' });
    for (const pm of ['30', '32', '33', '39']) expect(await world.move(pm)).toBe('e02');
  });

  it('with a card inside nothing is fed', async () => {
    const world = await readyWorld({ stack: 2 });
    world.unit.fault('F70');
    expect([await world.move('31'), await world.move('31')]).toEqual(['210', '210']);
    expect(world.unit.state()).toMatchObject({ card: 'permit-li-na', units: { cards: { count: 2 } } });
    world.path.move('printer');
    expect([await world.move('31'), await world.move('30')]).toEqual(['e02', 'e02']);
    expect(world.unitState('cards')).toMatchObject({ count: 2, inside: 0 });
  });

  it('with nothing inside the other ways feed too, as third-party code says', async () => {
    for (const [pm, said] of [
      ['30', '110'],
      ['39', '110'],
      ['32', '210'],
      ['33', 'e02'],
    ] as const) {
      const world = await readyWorld({ stack: 2 });
      expect(await world.move(pm)).toBe(said);
      expect(world.unitState('cards')['count']).toBe(pm === '33' ? 2 : 1);
    }
  });

  it('a variant stops at the gate', async () => {
    const world = await readyWorld({ stack: 2, feedsTo: 'gate' });
    expect(await world.move('31')).toBe('110');
    expect(world.unit.take()).toMatchObject({ ok: true, value: { thing: 'C20260001' } });
    expect(world.unitState('cards')).toMatchObject({ taken: 1, inside: 0 });
  });

  it('presented and taken, retained after it was presented, rejected before: each its own count', async () => {
    const world = await readyWorld({ stack: 3 });
    for (const moves of [
      ['31', '30'],
      ['31', '30', '33'],
      ['31', '33'],
    ]) {
      for (const pm of moves) await world.move(pm);
      world.unit.take();
    }
    expect(world.unit.state()).toMatchObject({
      binCount: 2,
      lastCards: [
        { card: 'C20260001', went: 'taken' },
        { card: 'C20260002', went: 'retained' },
        { card: 'C20260003', went: 'rejected' },
      ],
      units: { cards: { initial: 3, count: 0, taken: 1, retained: 1, rejected: 1 } },
    });
  });

  it('F16: two cards stick together, and no byte tells; the counts do', async () => {
    const world = await readyWorld({ stack: 3 });
    world.unit.fault('F16');
    expect(await world.move('31')).toBe('210');
    expect(world.unitState('cards')).toMatchObject({ count: 1, inside: 2 });
    await world.move('33');
    expect(world.unit.state()).toMatchObject({
      binCount: 1,
      units: { cards: { rejected: 2, inside: 0 }, bin: { count: 2, counter: 1 } },
    });
    // The last one has nobody to stick to.
    expect(await world.move('31')).toBe('200');
    expect(world.unitState('cards')).toMatchObject({ count: 0, inside: 1 });
  });

  it('a card that jams on its way out of the stack is inside', async () => {
    const world = await readyWorld({ stack: 2 });
    world.unit.fault('jam-on-feed');
    expect([await world.move('31'), world.path.place]).toEqual(['e10', 'jammed']);
    expect(world.unitState('cards')).toMatchObject({ count: 1, inside: 1 });
    world.unit.clear();
    world.unit.take();
    expect(world.unitState('cards')).toMatchObject({ taken: 1, inside: 0 });
  });

  it('says fed and feeds nothing; feeds and says nothing', async () => {
    const world = await readyWorld({ stack: 2 });
    world.unit.fault('false-ok');
    expect([await world.move('31'), world.unitState('cards')['count']]).toEqual(['010', 2]);
    world.unit.clear();
    world.unit.fault('wordless');
    expect([await world.move('31'), world.unitState('cards')['count']]).toEqual(['', 1]);
  });

  it('staff fill it up to what it holds', async () => {
    const world = await readyWorld({ stack: 10, stackCapacity: 40, fewCards: 9 });
    expect([world.unit.put('card-pack').ok, world.unit.put('card-pack').ok]).toEqual([true, true]);
    expect(world.unit.put('card-pack')).toEqual({ ok: false, error: 'the stack is full' });
    expect(world.unitState('cards')).toMatchObject({ count: 40, initial: 40, capacity: 40 });
  });

  it('an open entry does not ask of a fed card which way round it lies', async () => {
    const world = await readyWorld({ stack: 2, feedsTo: 'gate', isReversed: () => true });
    await world.ask('3330');
    await world.move('31');
    await world.say('', 1_500);
    expect([world.path.place, await world.ask('5031')]).toEqual(['readPosition', '5050313231303330']);
  });
});

describe('the bin', () => {
  it('counts after the init with counter, not after the one without', async () => {
    const world = await readyWorld();
    world.unit.fault('F70');
    await world.move('33');
    expect(await world.ask('a530')).toBe('50a530303030303031');
    await world.ask('3033');
    world.unit.fault('F70');
    await world.move('33');
    expect(await world.ask('a530')).toBe('50a530303030303031');
    expect(world.unitState('bin')).toMatchObject({ count: 2, counter: 1 });
  });

  it('the counter is written with three digits, and outlives the power', async () => {
    const world = await readyWorld({ binCount: 7 });
    expect(await world.ask('a530')).toBe('50a530303030303037');
    expect(await world.say('f200000643a5313030300310')).toBe('06f200000650a5313030300303');
    expect(await world.ask('a530')).toBe('50a530303030303030');
    expect(await world.ask('a531393939')).toBe('50a531303030');
    world.unit.powerDip();
    await world.ask('3037');
    expect(await world.ask('a530')).toBe('50a530303030393939');
    for (const data of ['', '3939', '39393939', '39394a']) expect(await world.ask(`a531${data}`)).toBe('4ea5313034');
    expect(await world.ask('a532')).toBe('4ea5323031');
    world.unit.fault('F70');
    expect([await world.move('33'), world.path.place]).toEqual(['e50', 'readPosition']);
  });

  it('full by its sensor; emptied by staff, the counter stays', async () => {
    const world = await readyWorld({ binCapacity: 1 });
    world.unit.fault('F70');
    expect(await world.move('33')).toBe('001');
    world.unit.fault('F70');
    expect([await world.move('33'), world.path.place]).toEqual(['eA1', 'readPosition']);
    world.unit.clear();
    expect([await world.status(), world.unit.state()['binCount']]).toEqual(['200', 1]);
  });

  it('F05: pulled out, no byte tells; what falls meanwhile is counted, and the bin comes back empty', async () => {
    const world = await readyWorld({ binCapacity: 1, binCount: 2 });
    expect(await world.status()).toBe('001');
    world.unit.fault('F05');
    expect([await world.status(), world.unitState('bin')]).toMatchObject(['000', { status: 'missing', count: 0 }]);
    world.unit.fault('F70');
    expect(await world.move('33')).toBe('000');
    world.unit.clear();
    expect(world.unitState('bin')).toMatchObject({ status: 'ok', count: 0, counter: 3 });
  });
});

describe('over a restart of the bench', () => {
  it.each([
    ['gate', ['31', '30']],
    ['readPosition', ['31']],
  ])('stack, bin and a fed card at %s come back', async (place, moves) => {
    const first = await readyWorld({ stack: 5 });
    first.unit.fault('F16');
    for (const pm of ['31', '33', ...moves]) await first.move(pm);
    const second = new SimulatorWorld({ stack: 0 });
    second.unit.restore(JSON.parse(JSON.stringify(first.unit.save())));
    const { units, lastCards } = first.unit.state();
    expect(second.unit.state()).toMatchObject({ place, card: 'C20260003', units, lastCards, inits: 0 });
    await second.ask('3037');
    await second.move('30');
    second.unit.take();
    expect(second.unitState('cards')).toMatchObject({ taken: 2, inside: 0 });
    second.unit.put('card-pack');
    await second.move('31');
    expect(second.path.card?.thing).toBe('C20260005');
    await second.move('33');
    await second.move('31');
    expect(second.path.card?.thing).toBe('C20260006');
  });

  it('a jammed card comes back jammed; what is not its own is left alone', async () => {
    const first = await readyWorld({ stack: 2 });
    first.unit.fault('jam-on-feed');
    await first.move('31');
    const second = new SimulatorWorld({ stack: 9 });
    for (const kept of [undefined, {}, { bin: { lying: -1, counter: 0 }, place: 'gate' }]) second.unit.restore(kept);
    expect(second.unitState('cards')).toMatchObject({ count: 9, inside: 0 });
    second.unit.restore(first.unit.save());
    expect(second.unit.state()).toMatchObject({ place: 'jammed', units: { cards: { count: 1, inside: 1 } } });
  });

  it('a counter that staff have set stays set; cards that only the bench knows of are counted', async () => {
    const first = await readyWorld({ binCount: 3 });
    await first.ask('a531303030');
    const second = new SimulatorWorld({ binCount: 3 });
    second.unit.restore(first.unit.save());
    expect(second.unit.state()).toMatchObject({ binCount: 0, units: { bin: { count: 3 } } });
    const third = new SimulatorWorld({ binCount: 5 });
    third.unit.restore(first.unit.save());
    expect(third.unit.state()).toMatchObject({ binCount: 5, units: { bin: { count: 5 } } });
  });
});
