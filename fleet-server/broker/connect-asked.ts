import type { IConnectPacket } from 'mqtt-packet';
import type { ConnectAsked } from './terminal-rights.ts';

/** CONNECT return codes (MQTT 3.1.1 §3.2.2.3). */
export const RETURN = { accepted: 0, level: 1, clientId: 2, credentials: 4, notAuthorized: 5 } as const;

/** What a CONNECT asks for, out of the packet. */
export function connectAsked(packet: IConnectPacket): ConnectAsked {
  const { will } = packet;
  return {
    protocolLevel: packet.protocolVersion ?? 0,
    clientId: packet.clientId,
    clean: packet.clean ?? false,
    keepaliveSec: packet.keepalive ?? 0,
    hasUserNameOrPassword: packet.username !== undefined || packet.password !== undefined,
    will:
      will === undefined
        ? null
        : {
            topic: will.topic,
            payload: Buffer.from(will.payload),
            qos: will.qos ?? 0,
            retain: will.retain ?? false,
          },
  };
}

/** The return code that says most about a refused CONNECT. */
export function returnCodeOf(asked: ConnectAsked, tid: string): number {
  if (asked.protocolLevel !== 4) return RETURN.level;
  // Also the empty one, with and without a clean session: every terminal has a name (§3.1.3.1).
  if (asked.clientId !== tid) return RETURN.clientId;
  return asked.hasUserNameOrPassword ? RETURN.credentials : RETURN.notAuthorized;
}
