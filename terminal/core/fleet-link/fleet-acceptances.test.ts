import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevelopmentTrust, type DevelopmentTrust } from '@yimen/certs/testing';
import type { VarianceAcceptance } from '@yimen/contracts/fleet';
import { ManualClock } from '@yimen/contracts/testing';
import { loadKey } from '../identity/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { createLog } from '../platform/logger.ts';
import { fleetAcceptances } from './fleet-acceptances.ts';

const TID = 'SD-DALIANG-01';
const WORD: VarianceAcceptance = {
  j: 812,
  wall: 1_795_371_000_000,
  module: 'licencePrinter',
  unit: 'driving',
  variance: -2,
  decision: 'acc-1-000812',
};
let dir = '';
let trusts: DevelopmentTrust[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-acceptances-'));
  const made = [];
  for (const name of ['ours', 'another'])
    made.push(await createDevelopmentTrust(join(dir, name), { terminals: [TID], serverNames: ['localhost'] }));
  trusts = made.map((one) => {
    if (!one.ok) throw new Error(one.error.message);
    return one.value;
  });
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A fleet that says `body` to whoever shows a certificate; `trust` 1 is another house's. */
async function fleetSaying(body: unknown, trust = 0): Promise<{ url: string; asked: string[]; server: Server }> {
  const files = trusts[trust];
  if (files === undefined) throw new Error('no trust');
  const read = (file: string): string => readFileSync(file, 'utf8');
  const asked: string[] = [];
  const server = createServer(
    // It lets anybody in: whether it is believed is the terminal's own decision.
    {
      key: read(files.server.key),
      cert: read(files.server.cert),
      ca: read(files.ca),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, reply) => {
      asked.push(`${request.url ?? ''} ${String((request.socket as TLSSocket).getPeerCertificate().subject.CN)}`);
      reply.end(typeof body === 'string' ? body : JSON.stringify(body));
    },
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, asked, server };
}

/** What one round of asking brings. */
async function heard(url: string, isOpen = true): Promise<VarianceAcceptance[]> {
  const files = trusts[0]?.terminals.get(TID);
  const key = loadKey({ certFile: files?.cert ?? '', keyFile: files?.key ?? '', caFile: trusts[0]?.ca ?? '' }, TID);
  if (!key.ok) throw new Error(key.error.message);
  const clock = new ManualClock();
  const taken: VarianceAcceptance[] = [];
  const fetched = Promise.withResolvers<void>();
  const log = createLog('silent');
  log.debug = () => {
    fetched.resolve();
  };
  const asking = fleetAcceptances({
    gatewayUrl: url,
    key: key.value,
    clock,
    log,
    isAnyOpen: () => isOpen,
    take: (acceptances) => {
      taken.push(...acceptances);
      fetched.resolve();
    },
  });
  asking.start();
  await clock.advance(CORE_LIMITS.acceptancesEveryMs);
  if (isOpen) await fetched.promise;
  asking.stop();
  return taken;
}

const reply = (acceptances: readonly unknown[]): unknown => ({ v: 1, acceptances, at: 1 });

describe('F65 the fleet’s word about a counted difference', () => {
  it('is asked for with the terminal’s own certificate, while a difference is open, and not otherwise', async () => {
    const fleet = await fleetSaying(reply([WORD]));
    expect(await heard(fleet.url, false)).toEqual([]);
    expect(fleet.asked).toEqual([]);
    expect(await heard(fleet.url)).toEqual([WORD]);
    expect(fleet.asked).toEqual([`/v1/acceptances ${TID}`]);
    fleet.server.close();
  });

  it('is believed of nobody whose certificate is not the fleet’s', async () => {
    const stranger = await fleetSaying(reply([WORD]), 1);
    expect(await heard(stranger.url)).toEqual([]);
    expect(stranger.asked).toEqual([]);
    stranger.server.close();
  });

  it.each([
    ['no JSON', 'accepted'],
    ['a word without its decision', reply([{ ...WORD, decision: undefined }])],
    ['too many bytes', `{"v":1,"at":1,"acceptances":[],"x":"${'x'.repeat(CORE_LIMITS.acceptancesBytes)}"}`],
  ])('is nothing when it is %s', async (_what, body) => {
    const fleet = await fleetSaying(body);
    expect(await heard(fleet.url)).toEqual([]);
    expect(fleet.asked).toHaveLength(1);
    fleet.server.close();
  });
});
