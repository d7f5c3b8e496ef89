import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createSimulatedSdtReader } from '../../drivers/id-card-reader-gb-sdt/simulator.ts';
import { systemClock } from '../../host/system-clock.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';

const PROBE = fileURLToPath(new URL('../../tools/probe.mjs', import.meta.url));

it('reads a card behind a serial server: masked, unmasked, with fingerprint; asks the reader’s number and the address', async () => {
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  const reader = createSimulatedSdtReader({ clock: systemClock, random, speed: 'fast' });
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
    expect(await probe('read')).toMatchObject({
      status: 1,
      json: { outcome: 'notDone', fault: { code: 'noMedia', action: 'suspend' } },
    });
    reader.put('id-li-ming');
    const read = await probe('read');
    expect(read.json).toMatchObject({
      driver: 'id-card-reader-gb-sdt',
      outcome: 'done',
      kind: 'citizen',
      fields: { name: '*** (2)', idNumber: '*** (18)', address: expect.stringMatching(/^\*\*\* \(\d+\)$/) as string },
      photo: { bytes: 1_024, format: 'wlt' },
      fingerprint: null,
      ms: expect.any(Number) as number,
    });
    expect(Object.keys(read.json)).toEqual(['driver', 'outcome', 'kind', 'fields', 'photo', 'fingerprint', 'ms']);
    for (const personal of ['李明', '440606199001010010', '佛山']) expect(read.out).not.toContain(personal);
    // Each probe is a new host; the card lies there all the time.
    expect(await probe('read', '--unmasked', '--fingerprint')).toMatchObject({
      status: 0,
      json: { fields: { name: '李明', idNumber: '440606199001010010' }, fingerprint: { bytes: 1_024 } },
    });
    expect(await probe('sam')).toMatchObject({ status: 0, json: { fields: { samId: '0503-20260417-0000000204' } } });
    expect(await probe('address')).toMatchObject({ status: 0, json: { fields: { address: null } } });
    expect(await probe('status')).toMatchObject({ json: { status: { device: 'online', media: 'present' } } });
  } finally {
    await listening.value.close();
  }
});
