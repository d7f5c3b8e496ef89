import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CancelTimer, type Clock, err, ok, type RandomBytes, type Result } from '@yimen/contracts/base';
import { checked, type Control, createControl, type JsonReply, refuse } from './control/control.ts';
import { type Counter, createCounter, questionSchema, type WireReply } from './counter.ts';
import { createCaseBooks } from './cases/case-books.ts';
import type { CaseOffice } from './cases/case-office.ts';
import { createDossiers } from './cases/dossiers.ts';
import { createExitEntryOffice } from './exit-entry/office.ts';
import { createHouseholdOffice } from './household/office.ts';
import { SANDBOX_LIMITS } from './limits.table.ts';
import { createOfficeClock } from './office-clock.ts';
import { type Office, type OfficeName, OFFICES } from './office-reply.ts';
import type { OfficeRoom } from './office-room.ts';
import { createBilling } from './payment/billing.ts';
import { createBooks } from './payment/books.ts';
import { createPrices } from './payment/prices.ts';
import { channelPaymentSchema, createPaymentProvider, type PaymentProvider } from './payment/provider.ts';
import { openShelf, type Shelf } from './shelf.ts';
import { createSwitches } from './switches.ts';
import { createVehicleOffice } from './vehicle/office.ts';
import { createVehicleRegister } from './vehicle/register.ts';

export interface SandboxOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly clockOffsetMs?: number | undefined;
  /** Dates `YYYY-MM-DD` on which nobody sits at the officer's desk. */
  readonly publicHolidays?: readonly string[] | undefined;
}

export interface Sandbox {
  /** Listens on 127.0.0.1; port 0 takes a free one. @fault PORT_TAKEN when another program has it. */
  listen(port: number): Promise<Result<number, { code: 'PORT_TAKEN' | 'PORT_REFUSED'; message: string }>>;
  close(): Promise<void>;
}

interface Rooms {
  readonly counters: Readonly<Record<string, Counter>>;
  readonly provider: PaymentProvider;
  readonly control: Control;
  readonly shelf: Shelf;
  readonly sweep: () => void;
}

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
const PAGE: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'page/index.html', type: 'text/html; charset=utf-8' },
  ...Object.fromEntries(
    ['page', 'dom', 'offices', 'switches', 'texts'].map((name) => [
      `/${name}.js`,
      { file: `page/${name}.js`, type: 'text/javascript; charset=utf-8' },
    ]),
  ),
  '/page.css': { file: 'page/page.css', type: 'text/css; charset=utf-8' },
};

/** Stand-ins for the back offices that are not public: exit and entry, vehicles, households, and the payment provider,
 *  on one plain HTTP port of this machine, with their own state on disk and switches for every trouble they can make. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const rooms = furnish(options);
  const server = createServer(
    { requestTimeout: SANDBOX_LIMITS.receiveMs, headersTimeout: SANDBOX_LIMITS.receiveMs },
    (request, response) => {
      void serve(rooms, request, response);
    },
  );
  server.maxConnections = SANDBOX_LIMITS.connections;
  let cancelSweep: CancelTimer = () => undefined;
  const sweepLater = (): void => {
    cancelSweep = options.clock.after(SANDBOX_LIMITS.sweepMs, () => {
      rooms.sweep();
      sweepLater();
    });
  };
  sweepLater();
  return {
    listen: (port) => listen(server, port),
    close: async () => {
      cancelSweep();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
      rooms.shelf.close();
    },
  };
}

function furnish(options: SandboxOptions): Rooms {
  const shelf = openShelf(options.dataDir);
  const clock = createOfficeClock(shelf, options.clock, {
    offsetMs: options.clockOffsetMs,
    holidays: options.publicHolidays ?? [],
  });
  const switches = createSwitches(shelf);
  const books = createBooks(shelf);
  const today = (): string => clock.today();
  const cases = createCaseBooks(shelf);
  const dossiers = createDossiers(shelf, today);
  const room: OfficeRoom = { shelf, clock, books: cases, dossiers, billing: createBilling(books, clock) };
  const register = createVehicleRegister(shelf, today);
  const offices: CaseOffice[] = [
    createExitEntryOffice(room),
    createVehicleOffice(room, register),
    createHouseholdOffice(room),
  ];
  const provider = createPaymentProvider(books, clock, createPrices(cases, dossiers), (kind, terminalId, only) =>
    switches.take({ office: 'payment', kind, terminalId, person: null }, only),
  );
  const counter = (office: Office): [string, Counter] => [
    office.name,
    createCounter({
      office,
      shelf,
      switches,
      clock: options.clock,
      nowMs: () => clock.nowMs(),
      random: options.random,
    }),
  ];
  return {
    counters: Object.fromEntries([...offices, provider].map(counter)),
    provider,
    control: createControl({ shelf, switches, clock, offices, cases, dossiers, register, books }),
    shelf,
    sweep: () => {
      shelf.transaction(() => {
        for (const office of offices) office.sweep();
        dossiers.advance(clock.today());
        provider.sweep();
      });
    },
  };
}

function listen(server: Server, port: number): ReturnType<Sandbox['listen']> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(
        err({
          code: error.code === 'EADDRINUSE' ? 'PORT_TAKEN' : 'PORT_REFUSED',
          message: `port ${port}: ${error.message}`,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve(ok((server.address() as AddressInfo).port)));
  });
}

async function serve(rooms: Rooms, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const host = (request.headers.host ?? '').replace(/:\d+$/u, '');
    // Another name for this machine would let a foreign page reach the offices through the browser (DNS rebinding).
    if (host !== '127.0.0.1' && host !== 'localhost')
      return send(response, { how: 'answer', ...refuse(421, 'host-unknown', 'ask for 127.0.0.1', 'host') });
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    const page = PAGE[path];
    if (request.method === 'GET' && page !== undefined) return sendPage(response, page);
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    if (body !== undefined && 'refused' in body) return send(response, { how: 'answer', ...body.refused });
    rooms.sweep();
    send(response, await route(rooms, `${request.method ?? ''} ${path}`, body?.value));
  } catch (error) {
    // The stand-in's own mistake must be seen by whoever asked, and must not take the process down.
    process.stderr.write(`sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    send(response, { how: 'answer', ...refuse(500, 'sandbox-error', 'the sandbox has a fault of its own') });
  }
}

/** One route: method and path, its variable parts, its reply. */
async function route(rooms: Rooms, line: string, body: unknown): Promise<WireReply> {
  const [method = '', path = ''] = line.split(' ');
  const parts = path.split('/').slice(1).map(decode);
  const [first = '', second, third, fourth] = parts;
  const json = (reply: JsonReply): WireReply => ({ how: 'answer', ...reply });
  const { control, provider, shelf } = rooms;
  switch (`${method} /${first}`) {
    case 'GET /state':
      return json(control.state());
    case 'GET /switches':
      return json({ status: 200, json: { switches: (control.state().json as { switches: unknown }).switches } });
    case 'POST /switches':
      return json(control.addSwitch(body));
    case 'DELETE /switches':
      return json(control.removeSwitches(second));
    case 'POST /desk':
      return json(control.decide(second ?? '', body));
    case 'POST /clock':
      return json(control.moveClock(body));
    case 'GET /channel':
      return second === 'bill' && third !== undefined
        ? json(shelf.transaction(() => provider.channelBill(third)))
        : nothingHere();
    case 'POST /channel':
      return second === 'paid'
        ? json(checked(channelPaymentSchema, body, (payment) => shelf.transaction(() => provider.pay(payment))))
        : nothingHere();
    case 'GET /offices':
      return third === 'notices' && isOffice(second) ? json(control.notices(second)) : nothingHere();
    case 'POST /offices':
      if (third === 'notices' && isOffice(second)) return json(control.acknowledge(second, body));
      return third === 'requests' ? atCounter(rooms.counters[second ?? ''], fourth, parts[4], body) : nothingHere();
    default:
      return nothingHere();
  }
}

async function atCounter(
  counter: Counter | undefined,
  id: string | undefined,
  verb: string | undefined,
  body: unknown,
): Promise<WireReply> {
  if (counter === undefined) return nothingHere();
  if (id !== undefined) return verb === 'settle' ? counter.settle(id) : nothingHere();
  const question = questionSchema.safeParse(body);
  if (question.success) return await counter.ask(question.data);
  return { how: 'answer', ...checked(questionSchema, body, () => refuse(500, 'sandbox-error', 'unreachable')) };
}

function isOffice(name: string | undefined): name is OfficeName {
  return OFFICES.some((office) => office === name);
}

function nothingHere(): WireReply {
  return { how: 'answer', ...refuse(404, 'nothing-here', 'no such address') };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

async function readJson(request: IncomingMessage): Promise<{ value: unknown } | { refused: JsonReply }> {
  // A form of a foreign page cannot send this type without asking first, and nobody here answers that question.
  if (!/^application\/json\b/u.test(request.headers['content-type'] ?? '')) {
    return { refused: refuse(415, 'json-only', 'send application/json', 'content-type') };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > SANDBOX_LIMITS.bodyBytes)
      return { refused: refuse(413, 'too-large', `at most ${SANDBOX_LIMITS.bodyBytes} bytes`, '(body)') };
    chunks.push(chunk);
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
  } catch {
    return { refused: refuse(400, 'not-json', 'the body is not JSON', '(body)') };
  }
}

function send(response: ServerResponse, reply: WireReply): void {
  if (response.destroyed) return;
  switch (reply.how) {
    case 'cut':
      response.socket?.destroy();
      return;
    case 'silence':
      response.socket?.setTimeout(SANDBOX_LIMITS.silenceMs, () => response.socket?.destroy());
      return;
    case 'raw':
      response.writeHead(200, { 'content-type': 'application/json' }).end(reply.text);
      return;
    case 'answer':
      response.writeHead(reply.status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      response.end(JSON.stringify(reply.json));
  }
}

function sendPage(response: ServerResponse, page: { file: string; type: string }): void {
  response.writeHead(200, { ...PAGE_HEADERS, 'content-type': page.type });
  response.end(readFileSync(new URL(page.file, import.meta.url)));
}
