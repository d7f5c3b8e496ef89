import { expect, it } from 'vitest';
import { MadeUpMachine } from '../../registry/testing/made-up-machine.ts';
import { newOp, permit, withDeviceHost } from '../with-device-host.ts';
import { openLine, withSerialPair } from '../with-serial-pair.ts';

const CABLE = { vendorId: '1a86', productId: '7523' } as const;

it('a card unit is found by its physical port, also under another /dev name; another cable is not taken for it', () =>
  withSerialPair((pair) =>
    withDeviceHost(async (rig) => {
      const machine = new MadeUpMachine();
      try {
        rig.unit.attach(await openLine(pair.device));
        machine.plugIn({ ...CABLE, port: '1-3', ttys: ['ttyUSB0'] });
        machine.plugIn({ ...CABLE, port: '1-4', ttys: ['ttyUSB1'] });
        machine.tty('ttyUSB0', pair.host);
        await rig.start({ at: 'auto:card-unit@1-3', plugRoot: machine.root });
        const core = await rig.core();

        // Out; the cable beside it stays, and gets the name that has become free.
        machine.pullOut('1-3');
        machine.pullOut('1-4');
        await pair.unplug();
        machine.plugIn({ ...CABLE, port: '1-4', ttys: ['ttyUSB0'] });
        await rig.until(async () => (await core.status('card-unit', 0)).device === 'offline');
        expect(await core.status('card-unit', 0)).toMatchObject({
          device: 'offline',
          source: 'stale',
          fault: { message: expect.stringContaining('at port 1-3') as string },
        });

        // In again at its port, under another name.
        await pair.plug();
        machine.tty('ttyUSB9', pair.host);
        machine.plugIn({ ...CABLE, port: '1-3', ttys: ['ttyUSB9'] });
        rig.unit.attach(await openLine(pair.device));
        await rig.until(async () => (await core.status('card-unit', 0)).device === 'online');
        const lease = await rig.claim(core);
        rig.path.put(permit);
        expect(await core.effect(lease, newOp(), 'acceptCard', {})).toMatchObject({
          ok: true,
          value: { outcome: 'done' },
        });
      } finally {
        machine.close();
      }
    }),
  ));
