import { createServer, type Server } from 'node:net';
import { Problem } from './problem.ts';

/** The six fixed ports, in order from the base. */
export const PORT_NAMES = ['dashboard', 'citizen', 'bench', 'mqtt', 'gateway', 'sandbox'] as const;
export type PortName = (typeof PORT_NAMES)[number];
export type Ports = Readonly<Record<PortName, number>>;

export function portsFrom(base: number): Ports {
  return Object.fromEntries(PORT_NAMES.map((name, i) => [name, base + i])) as Ports;
}

/** Makes sure that every port can be listened on.
 *  @throws Problem PORT_TAKEN naming the port and what it was for */
export async function checkPorts(ports: Ports): Promise<void> {
  for (const name of PORT_NAMES) {
    if (!(await isFree(ports[name]))) {
      throw new Problem(
        'PORT_TAKEN',
        `Port ${ports[name]} (${name}) is taken by another program: stop it, or choose other ports with --port-base`,
      );
    }
  }
}

/** The port after the six, for the staff console; any free one where that is taken: nobody else has to know it. */
export async function staffPort(base: number): Promise<number> {
  const port = base + PORT_NAMES.length;
  if (await isFree(port)) return port;
  return (await freePorts(['staff']))['staff'] ?? 0;
}

/** A base whose six ports are free now, for a start that nobody asked to be at a known place. */
export async function freePortBase(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const base = 20_000 + Math.floor(Math.random() * 4_000) * 10;
    const ports = portsFrom(base);
    const free = await Promise.all(PORT_NAMES.map((name) => isFree(ports[name])));
    if (free.every(Boolean)) return base;
  }
  throw new Problem('PORT_TAKEN', 'No six free ports in a row were found');
}

/** One free port for each name, for devices that nobody outside needs to find. */
export async function freePorts(names: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const held = await Promise.all(names.map((name) => holdPort().then((server) => ({ name, server }))));
  const ports: Record<string, number> = {};
  for (const { name, server } of held) {
    const address = server.address();
    ports[name] = typeof address === 'object' && address !== null ? address.port : 0;
  }
  // Held together, so that no two names get the same one.
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function holdPort(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
