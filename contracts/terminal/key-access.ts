import { z } from 'zod';

/** How core and session reach the terminal's own key: plain data, so that a PKCS#11 or TPM key needs no new contract. */
export const keyAccessSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('file'),
    certPem: z.string().max(20_000),
    keyPem: z.string().max(20_000),
    caPem: z.string().max(40_000),
  }),
  z.object({
    kind: z.literal('pkcs11'),
    certPem: z.string().max(20_000),
    module: z.string().max(200),
    token: z.string().max(60),
    label: z.string().max(60),
    caPem: z.string().max(40_000),
  }),
  z.object({
    kind: z.literal('tpm'),
    certPem: z.string().max(20_000),
    keyBlobPem: z.string().max(20_000),
    caPem: z.string().max(40_000),
  }),
]);
export type KeyAccess = z.infer<typeof keyAccessSchema>;
