import { terminalIdSchema, err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { LIGHT_LIMITS } from './limits.table.ts';

const path = z.string().min(1).max(4_096);

const lightConfigSchema = z.strictObject({
  /** `mqtts://HOST:PORT` */
  mqttUrl: z.url({ protocol: /^mqtts$/ }),
  /** PEM files. */
  ca: path,
  terminals: z
    .array(z.strictObject({ tid: terminalIdSchema, cert: path, key: path, epoch: z.int().min(1).default(1) }))
    .min(1)
    .max(LIGHT_LIMITS.terminals),
  /** `demo`: as many citizens as a real hall, beats every 30–60 s. `fast`: a citizen every few seconds. */
  pace: z.enum(['demo', 'fast']),
  /** Where the ledgers are kept. */
  dataDir: path,
  seed: z.int().min(0),
});
export type LightConfig = z.output<typeof lightConfigSchema>;

/** Reads the program's one argument. @fault WRONG_OPTION what does not fit, in one sentence */
export function readLightConfig(
  argument: string | undefined,
): Result<LightConfig, { readonly code: 'WRONG_OPTION'; readonly message: string }> {
  const wrong = (message: string): Result<LightConfig, { code: 'WRONG_OPTION'; message: string }> =>
    err({ code: 'WRONG_OPTION', message });
  if (argument === undefined || argument.length > LIGHT_LIMITS.configBytes)
    return wrong('expected one argument: the configuration as JSON');
  let value: unknown;
  try {
    value = JSON.parse(argument);
  } catch {
    return wrong('the configuration is not JSON');
  }
  const parsed = lightConfigSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return wrong(`configuration: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}
