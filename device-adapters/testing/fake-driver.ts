import { ok, type Result } from '@yimen/contracts/base';
import type { Description, DeviceKind, DeviceStatus, Fault } from '@yimen/contracts/device';
import type { Driver, EffectResult } from '../driver-kit/driver.ts';

/** A driver whose every answer a test gives by hand. Each call of `perform` and `reset` waits in `calls` until the test
 *  ends it. */
export class FakeDriver implements Driver {
  readonly id: string = 'fake-driver';
  readonly kind: DeviceKind;
  readonly calls: {
    verb: string;
    signal: AbortSignal;
    end: (result: EffectResult) => void;
    fail: (error: Error) => void;
  }[] = [];
  serial = 'S-1';
  current: DeviceStatus = { device: 'online', supplies: {}, units: {}, since: 0, source: 'reported' };
  recalled: EffectResult | undefined;
  readValue: Result<unknown, Fault> = ok({});
  isClosed = false;
  readonly #listeners = new Set<(changed: Partial<DeviceStatus>) => void>();

  constructor(kind: DeviceKind = 'card-unit') {
    this.kind = kind;
  }

  async describe(): Promise<Result<Description, Fault>> {
    const { id: driver, kind, serial } = this;
    return ok({
      driver,
      kind,
      model: 'Fake',
      serial,
      firmware: null,
      at: 'memory',
      mediaAtPowerOff: 'none',
      evidence: [],
    });
  }

  async status(): Promise<DeviceStatus> {
    return this.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** The device changes, and the driver tells. */
  change(changed: Partial<DeviceStatus>): void {
    this.current = { ...this.current, ...changed };
    for (const fn of this.#listeners) fn(changed);
  }

  reset(): Promise<EffectResult> {
    return this.#called('reset', new AbortController().signal);
  }

  selfTest(): Promise<EffectResult> {
    return this.#called('selfTest', new AbortController().signal);
  }

  perform(verb: string, _op: unknown, _args: unknown, signal: AbortSignal): Promise<EffectResult> {
    return this.#called(verb, signal);
  }

  async read(): Promise<Result<unknown, Fault>> {
    return this.readValue;
  }

  async recall(): Promise<EffectResult | undefined> {
    return this.recalled;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  #called(verb: string, signal: AbortSignal): Promise<EffectResult> {
    return new Promise((resolve, reject) => {
      this.calls.push({ verb, signal, end: resolve, fail: reject });
    });
  }
}
