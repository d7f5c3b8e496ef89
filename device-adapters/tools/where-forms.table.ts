import type { Where } from '../registry/discover.ts';

/** How a WHERE is written on one carrier. */
interface WhereForm {
  readonly form: string;
  readonly says: string;
  /** A whole call: what stands after `npm run probe --`. */
  readonly example: string;
}

/** Every carrier, in the order in which people meet them. */
export const WHERE_TABLE: Readonly<Record<Where['carrier'], WhereForm>> = {
  tcp: {
    form: 'tcp:HOST:PORT',
    says: 'a network device, a serial server, a simulated cabinet',
    example: 'receipt-printer-epson-escpos --at tcp:192.168.1.20:9100 status',
  },
  serial: {
    form: 'serial:/dev/PATH@BAUD[,8N1]',
    says: 'a serial port and its speed',
    example: 'id-card-reader-gb-sdt --at serial:/dev/ttyS1@115200 sam',
  },
  modbus: {
    form: 'modbus:/dev/PATH@BAUD[,8N1]#UNIT, modbus:tcp:HOST:PORT#UNIT',
    says: 'a unit on a Modbus RTU bus',
    example: 'cabinet-io-modbus-any --at modbus:/dev/ttyS2@9600#1 sensors',
  },
  pcsc: {
    form: 'pcsc:NAME',
    says: 'a reader of pcscd, by its name or how it begins',
    example: "travel-document-icao-9303 --at 'pcsc:ACS ACR1252' identify",
  },
  hid: {
    form: 'hid:VID:PID[#SERIAL], hid:/dev/hidrawN',
    says: 'a USB HID device by its ids, hexadecimal',
    example: 'qr-reader-any-hidpos --at hid:0c2e:0b61 scan',
  },
  ipp: {
    form: 'ipp://HOST[:PORT]/PATH',
    says: 'a queue of CUPS, or a printer that speaks IPP',
    example: 'document-printer-cups-ipp --at ipp://localhost/printers/kiosk status',
  },
  sane: {
    form: 'sane:DEVICE',
    says: 'a scanner as scanimage -L names it',
    example: 'document-scanner-sane-any --at sane:test:0 scan --out page.png',
  },
  v4l2: {
    form: 'v4l2:NODE',
    says: 'a camera by its node or its USB port',
    example: 'camera-v4l2-any --at v4l2:/dev/video0 health',
  },
  exec: {
    form: 'exec:COMMAND',
    says: 'a program whose input and output are the line',
    example: "card-unit-creator-crt591 --at 'exec:socat STDIO /dev/ttyS1,b9600,raw' identify",
  },
};
