import { createServer } from 'node:net';
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

/** A base whose six ports are free now, for a start that nobody asked to be at a known place. Below 32,768: from there on
 *  Linux gives ports to whoever connects to something, and one that was free a second ago may be taken. */
export async function freePortBase(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const base = 20_000 + Math.floor(Math.random() * 1_270) * 10;
    const ports = portsFrom(base);
    const free = await Promise.all(PORT_NAMES.map((name) => isFree(ports[name])));
    if (free.every(Boolean)) return base;
  }
  throw new Problem('PORT_TAKEN', 'No six free ports in a row were found');
}

/** One free port for each name, for devices that nobody outside needs to find; below those that Linux gives away, too. */
export async function freePorts(names: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const ports = new Map<string, number>();
  for (const name of names) ports.set(name, await freePort(new Set(ports.values())));
  return Object.fromEntries(ports);
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Problem('PORT_TAKEN', 'No free port was found between 10000 and 19999');
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
