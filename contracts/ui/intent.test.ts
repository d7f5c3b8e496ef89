import { describe, expect, it } from 'vitest';
import { toProcessSchema } from './bridge.ts';
import { intentSchema } from './intent.ts';

describe('intents', () => {
  it('name no device, file, address or command, and carry nothing else', () => {
    expect(intentSchema.safeParse({ view: 3, kind: 'confirm' }).success).toBe(true);
    expect(intentSchema.safeParse({ view: 3, kind: 'confirm', device: 'card-unit' }).success).toBe(false);
    expect(intentSchema.safeParse({ kind: 'confirm' }).success).toBe(false);
    expect(intentSchema.safeParse({ view: 3, kind: 'ejectCard' }).success).toBe(false);
  });

  it('keep their own kind when they have fields', () => {
    const picture = {
      view: 1,
      kind: 'picture',
      subject: 'face',
      mime: 'image/jpeg',
      base64: 'AAAA',
      luminance: 1,
      variance: 1,
      digest: '811c9dc5',
      camera: 'ok',
    };
    expect(intentSchema.safeParse(picture).success).toBe(true);
    expect(toProcessSchema.safeParse({ m: 'intent', intent: picture }).success).toBe(true);
    expect(intentSchema.safeParse({ ...picture, digest: 'f'.repeat(65) }).success).toBe(false);
  });
});
