import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createSimulatedGm65 } from '../../drivers/qr-reader-hikvision-gm65/simulator.ts';
import { systemClock } from '../../host/system-clock.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';

const PROBE = fileURLToPath(new URL('../../tools/probe.mjs', import.meta.url));
const TEXT = 'yimen:R7K2M9QX4T;4406062611050012';

it('scans a code behind a serial server: masked, unmasked; dark before and after', async () => {
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  const reader = createSimulatedGm65({ clock: systemClock, random, speed: 'fast' });
  const listening = await listenTcp(0, systemClock, (channel) => reader.attach(channel));
  if (!listening.ok) throw new Error(listening.error.message);
  const at = ['--at', `tcp:127.0.0.1:${listening.value.port}`];
  const probe = (...args: string[]) =>
    new Promise<{ status: number; out: string; json: Record<string, unknown> }>((resolve) => {
      const child = execFile(process.execPath, [PROBE, reader.id, ...at, ...args, '--json'], (_, out) =>
        resolve({ status: child.exitCode ?? -1, out, json: JSON.parse(out) as Record<string, unknown> }),
      );
    });
  try {
    reader.put('qr-receipt');
    const masked = await probe('scan');
    expect(masked).toMatchObject({
      status: 0,
      json: {
        driver: 'qr-reader-hikvision-gm65',
        outcome: 'done',
        length: TEXT.length,
        fields: { text: `*** (${TEXT.length})`, symbology: null },
      },
    });
    for (const secret of [TEXT, Buffer.from(TEXT).toString('base64')]) expect(masked.out).not.toContain(secret);
    expect(reader.state()).toMatchObject({ lit: false, mode: 'command' });
    expect(await probe('scan', '--unmasked')).toMatchObject({
      status: 0,
      json: { fields: { text: TEXT, bytes: Buffer.from(TEXT).toString('base64') } },
    });
    expect(await probe('identify')).toMatchObject({ json: { description: { model: 'GM65', serial: '' } } });
    reader.fault('hardware-broken');
    expect(await probe('scan')).toMatchObject({
      status: 1,
      json: { outcome: 'notDone', fault: { code: 'hardwareError', action: 'maintenance' } },
    });
  } finally {
    await listening.value.close();
  }
});
