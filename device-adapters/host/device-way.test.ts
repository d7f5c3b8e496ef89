import { describe, expect, it } from 'vitest';
import { deviceWay } from './device-way.ts';
import { parseHostConfig } from './host-config.ts';

const UNIT = 'card-unit-creator-crt591';

describe('how a configured device is reached', () => {
  it('what is looked for by its plug runs in a process of its own, like every native carrier', () => {
    const isNative = (at: string): boolean | string => {
      const way = deviceWay({ driver: UNIT, at });
      return way.ok ? way.value.isNative : way.error.message;
    };
    expect(['tcp:host:1', 'serial:/dev/ttyS1@9600', 'auto:card-unit@1-3'].map(isNative)).toEqual([false, true, true]);
    expect(isNative('auto:qr-reader')).toBe(`${UNIT} is no qr-reader`);
    expect(isNative('auto:')).toContain('auto:KIND[@PORT][#SERIAL]');
  });

  it('a wrong place is told by the configuration, with its own', () => {
    const config = (at: string): unknown =>
      parseHostConfig(
        JSON.stringify({
          socketPath: '/tmp/s',
          dataDir: '/tmp',
          coreKey: 'x'.repeat(16),
          devices: [{ device: 'card-unit', driver: UNIT, at }],
        }),
      );
    expect(config('auto:card-unit@1-3')).toMatchObject({ ok: true });
    expect(config('auto:scanner')).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^configuration, devices\.0\.at: .*is no scanner/u),
    });
    expect(config('nowhere')).toMatchObject({ ok: false, error: expect.stringContaining('devices.0.at: expected') });
  });
});
