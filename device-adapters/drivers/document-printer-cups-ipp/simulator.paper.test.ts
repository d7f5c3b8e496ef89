import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import type { TcpListener } from '../../transport/tcp-listener.ts';
import { createSimulatedPrintServer, type SimulatedPrintServerOptions } from './simulator.ts';
import { servePrintServer } from './simulator-http.ts';
import { pdfOf, realClock } from './simulator-test-host.ts';

/** CUPS' own tests of printers (Debian: cups-ipp-utils). */
const SUITES = '/usr/share/cups/ipptool';
/** Documents that a suite names, whether this printer takes their kind or not. */
const NAMED = [
  'document-a4.pdf',
  'document-letter.pdf',
  'document-a4.ps',
  'document-letter.ps',
  'color.jpg',
  'gray.jpg',
];

const dir = mkdtempSync(join(tmpdir(), 'yimen-ipptool-'));
const pdf = join(dir, 'three-pages.pdf');
const listeners: TcpListener[] = [];
beforeAll(() => {
  writeFileSync(pdf, pdfOf(3));
  for (const name of NAMED) copyFileSync(pdf, join(dir, name));
});
afterAll(async () => {
  for (const listener of listeners) await listener.close();
  rmSync(dir, { recursive: true, force: true });
});

async function serve(speed: 'real' | 'fast' = 'fast', options: SimulatedPrintServerOptions = {}) {
  const server = createSimulatedPrintServer({ clock: realClock, random: seededRandom(1), speed }, options);
  const listening = await servePrintServer(server, 0);
  if (!listening.ok) throw new Error(listening.error.message);
  listeners.push(listening.value);
  return { server, uri: `ipp://127.0.0.1:${listening.value.port}/ipp/print` };
}

/** Runs one of CUPS' test files and gives what ipptool says; its exit status is of no account here. */
function ipptool(uri: string, suite: string): Promise<string> {
  const file = join(dir, suite);
  copyFileSync(join(SUITES, suite), file);
  const args = ['-t', '-v', '-T', '20', '-d', 'filetype=application/pdf', '-f', pdf, uri, file];
  return new Promise((resolve) => {
    execFile('ipptool', args, { timeout: 100_000, cwd: dir }, (_, out, errors) => resolve(out + errors));
  });
}

function lines(said: string, word: 'PASS' | 'FAIL'): string[] {
  return said.split('\n').filter((line) => line.includes(`[${word}]`));
}

describe('ipptool asks the simulated printer', () => {
  it.each([
    ['printer', 'get-printer-attributes.test'],
    ['printer', 'validate-job.test'],
    ['printer', 'print-job.test'],
    ['printer', 'get-jobs.test'],
    ['printer', 'get-completed-jobs.test'],
    ['cups', 'get-printer-attributes.test'],
    ['cups', 'print-job.test'],
  ] as const)('%s: %s', async (kind, suite) => {
    const { uri } = await serve('fast', { server: kind });
    const said = await ipptool(uri, suite);
    expect(lines(said, 'FAIL'), said).toEqual([]);
    expect(lines(said, 'PASS').length, said).toBeGreaterThan(0);
  });

  it('what it says of a document that was printed is what came out', async () => {
    const { server, uri } = await serve();
    await ipptool(uri, 'print-job.test');
    const said = await ipptool(uri, 'get-completed-jobs.test');
    expect(said).toContain('job-state (enum) = completed');
    expect(said).toContain('job-media-sheets-completed (integer) = 3');
    expect(server.state()['printed']).toBe(3);
  });

  it('empty tray: the job stands, in words that ipptool knows', async () => {
    const { server, uri } = await serve();
    server.fault('F24');
    await ipptool(uri, 'print-job.test');
    expect(await ipptool(uri, 'get-jobs.test')).toContain('job-state (enum) = processing-stopped');
    const said = await ipptool(uri, 'get-printer-attributes.test');
    expect(said).toContain('printer-state (enum) = stopped');
    expect(said).toContain('printer-state-reasons (1setOf keyword) = media-empty-error,media-needed-report');
  });

  it('a job of its own user is cancelled', async () => {
    const { server, uri } = await serve('real');
    await ipptool(uri, 'print-job.test');
    const said = await ipptool(uri, 'cancel-current-job.test');
    expect(lines(said, 'PASS'), said).toHaveLength(2);
    expect(server.state()['jobs']).toMatchObject([{ reason: 'processing-to-stop-point' }]);
  });

  it('passes the whole suite of IPP/1.1', async () => {
    const { uri } = await serve();
    const said = await ipptool(uri, 'ipp-1.1.test');
    expect(lines(said, 'FAIL'), said).toEqual([]);
    expect(said).not.toContain('cannot be read');
    expect(lines(said, 'PASS').length, said).toBeGreaterThan(25);
  });

  it('a printer that lies is found out: the suites are not blind', async () => {
    const { server, uri } = await serve();
    server.fault('no-queue');
    expect(lines(await ipptool(uri, 'print-job.test'), 'FAIL')).toHaveLength(1);
    server.clear();
    server.fault('web-page');
    expect(lines(await ipptool(uri, 'get-printer-attributes.test'), 'FAIL')).toHaveLength(1);
  });
});
