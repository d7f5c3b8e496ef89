import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import modbusSerial from 'modbus-serial';
import { describe, expect, it } from 'vitest';
import { openLine, systemClock, until, withSerialPair, type SerialPair } from '../../test/with-serial-pair.ts';
import { createSimulatedCabinet } from './simulator.ts';

/** A CommonJS module that is its own default. */
const ModbusRTU = modbusSerial.default;
const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

async function withSimulator(
  test: (pair: SerialPair, cabinet: ReturnType<typeof createSimulatedCabinet>) => Promise<void>,
): Promise<void> {
  await withSerialPair(async (pair) => {
    const cabinet = createSimulatedCabinet({ clock: systemClock, random, speed: 'real' });
    cabinet.attach(await openLine(pair.device));
    await test(pair, cabinet);
    cabinet.unplug();
  });
}

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: 30_000 }, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
}

describe('mbpoll as the master of our simulator', () => {
  const poll = (pair: SerialPair, args: string, ...values: readonly string[]): Promise<Ran> =>
    run('mbpoll', [...`-m rtu -b 9600 -P none -0 -1 -o 1 ${args}`.split(' '), pair.host, ...values]);
  /** Lines like `[16]: 	245`. */
  const valuesOf = ({ out }: Ran): readonly string[] =>
    [...out.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map(([, value]) => value ?? '');

  it('reads coils, inputs, input registers and holding registers', () =>
    withSimulator(async (pair, cabinet) => {
      cabinet.fault('F60');
      expect(valuesOf(await poll(pair, '-t 0 -r 0 -c 3'))).toEqual(['1', '1', '1']);
      const inputs = valuesOf(await poll(pair, '-t 1 -r 0 -c 13'));
      expect(inputs.join('')).toBe('1111100001001');
      expect(valuesOf(await poll(pair, '-t 3 -r 16 -c 3'))).toEqual(['245', '100', '20']);
      expect(valuesOf(await poll(pair, '-t 4 -r 0 -c 2'))).toEqual(['1', '0']);
      expect(valuesOf(await poll(pair, '-t 3:hex -r 0 -c 1'))).toEqual(['0x5943']);
    }));

  it('writes a coil and registers', () =>
    withSimulator(async (pair, cabinet) => {
      expect(await poll(pair, '-t 0 -r 8', '1')).toMatchObject({
        status: 0,
        out: expect.stringContaining('Written 1 ref') as string,
      });
      expect(await poll(pair, '-t 4 -r 16', '2', '3')).toMatchObject({
        status: 0,
        out: expect.stringContaining('Written 2 ref') as string,
      });
      expect(cabinet.state()).toMatchObject({
        lights: { inside: 'on', status: 'slowFlash', cardSlot: 'quickFlash' },
        writes: 2,
      });
    }));

  it.each([
    // One register goes by function 06, which this board does not have.
    ['-t 4 -r 16', ['1'], 'Illegal function'],
    ['-t 3 -r 6 -c 2', [], 'Illegal data address'],
    ['-t 4 -r 16', ['1', '4'], 'Illegal data value'],
    ['-a 2 -t 3 -r 0 -c 1', [], 'timed out'],
  ])('%s %j: %s', (args, values, said) =>
    withSimulator(async (pair) => {
      const { err } = await poll(pair, args, ...values);
      expect(err).toContain(said);
    }),
  );
});

describe('modbus-serial as the master of our simulator', () => {
  async function withMaster(
    test: (master: InstanceType<typeof ModbusRTU>, cabinet: ReturnType<typeof createSimulatedCabinet>) => Promise<void>,
  ): Promise<void> {
    await withSimulator(async (pair, cabinet) => {
      const master = new ModbusRTU();
      await master.connectRTUBuffered(pair.host, { baudRate: 9_600, parity: 'none', dataBits: 8, stopBits: 1 });
      master.setID(1);
      master.setTimeout(1_000);
      try {
        await test(master, cabinet);
      } finally {
        await new Promise<void>((resolve) => master.close(() => resolve()));
      }
    });
  }

  it('reads and writes by every function', () =>
    withMaster(async (master, cabinet) => {
      expect((await master.readDiscreteInputs(0, 16)).data.map(Number).join('')).toBe('1111100001001111');
      expect((await master.readInputRegisters(3, 4)).buffer.toString('latin1')).toBe('CAB00017');
      await master.writeCoil(0, false);
      expect((await master.readCoils(0, 3)).data.slice(0, 3)).toEqual([false, true, true]);
      await until(() => (cabinet.state()['locks'] as Record<string, string>)['front'] === 'unlocked');
      expect((await master.readDiscreteInputs(3, 1)).data[0]).toBe(false);
      await master.writeRegisters(16, [1, 2, 3, 0]);
      expect((await master.readHoldingRegisters(16, 4)).data).toEqual([1, 2, 3, 0]);
    }));

  it('hears exceptions as what they are, and nothing from another unit', () =>
    withMaster(async (master, cabinet) => {
      await expect(master.readHoldingRegisters(2, 1)).rejects.toMatchObject({ modbusCode: 2 });
      await expect(master.writeRegisters(16, [9])).rejects.toMatchObject({ modbusCode: 3 });
      await expect(master.writeRegister(16, 1)).rejects.toMatchObject({ modbusCode: 1 });
      cabinet.fault('inputs-broken');
      await expect(master.readDiscreteInputs(0, 16)).rejects.toMatchObject({ modbusCode: 4 });
      cabinet.fault('busy-once');
      await expect(master.readHoldingRegisters(0, 1)).rejects.toMatchObject({ modbusCode: 6 });
      master.setID(2);
      await expect(master.readHoldingRegisters(0, 1)).rejects.toMatchObject({ errno: 'ETIMEDOUT' });
      expect(cabinet.state()).toMatchObject({ writes: 0, requests: 5 });
    }));
});

describe('a technician at the line', () => {
  const probe = (pair: SerialPair, ...what: readonly string[]): Promise<Ran> =>
    run(process.execPath, [
      fileURLToPath(new URL('../../tools/probe.mjs', import.meta.url)),
      'cabinet-io-modbus-any',
      '--at',
      `modbus:${pair.host}@9600#1`,
      ...what,
      '--json',
    ]);

  it('probes the simulated cabinet', () =>
    withSimulator(async (pair, cabinet) => {
      cabinet.put('key-maintenance');
      const sensors = await probe(pair, 'sensors');
      expect(sensors.status, sensors.err).toBe(0);
      expect(JSON.parse(sensors.out)).toMatchObject({
        outcome: 'done',
        fields: { doors: { front: 'locked' }, keySwitch: 'maintenance', temperatureC: { inside: 24.5 } },
      });
      expect(JSON.parse((await probe(pair, 'power')).out)).toMatchObject({
        fields: { ups: 'powering', minutesLeft: 20 },
      });
    }));

  it('lights a lamp and opens a lock', () =>
    withSimulator(async (pair, cabinet) => {
      expect(await probe(pair, 'light', '--name', 'printer', '--state', 'quickFlash')).toMatchObject({ status: 0 });
      expect(await probe(pair, 'unlock', '--name', 'back')).toMatchObject({ status: 0 });
      expect(cabinet.state()).toMatchObject({
        lights: { printer: 'quickFlash' },
        locks: { front: 'locked', back: 'unlocked' },
        writes: 2,
        collisions: 0,
      });
    }));
});
