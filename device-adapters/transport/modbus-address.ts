import { err, ok, type Result } from '@yimen/contracts/base';

/** A unit of a Modbus bus, and the line that leads there. */
export interface ModbusAddress {
  /** 1–247 */
  readonly unit: number;
  /** As `serial:` and `tcp:` are written. */
  readonly line: string;
}

const MODBUS_FORM = 'modbus:/dev/PATH@BAUD[,8N1]#UNIT or modbus:tcp:HOST:PORT#UNIT';
const FORM = /^modbus:(tcp:\S{1,180}|\/\S{1,200})#(\d{1,3})$/;
const LAST_UNIT = 247;

/** Reads `modbus:/dev/ttyS1@9600#1`, `modbus:/dev/ttyS1@9600,8E1#1`, and for serial servers and simulators
 *  `modbus:tcp:HOST:PORT#1`: RTU frames over TCP. The line itself is judged by whoever opens it.
 *  @returns the error is the sentence that says what was expected. */
export function parseModbusAddress(text: string): Result<ModbusAddress, string> {
  const [, way, digits] = FORM.exec(text) ?? [];
  if (way === undefined) return err(`expected ${MODBUS_FORM}, not "${text.slice(0, 60)}"`);
  const unit = Number(digits);
  if (unit < 1 || unit > LAST_UNIT) return err(`expected unit 1 to ${LAST_UNIT}, not ${unit}`);
  return ok({ unit, line: way.startsWith('tcp:') ? way : `serial:${way}` });
}
