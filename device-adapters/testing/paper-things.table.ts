import type { Thing } from './thing.ts';

/** What staff bring to the A4 printer. */
export const PAPER_THINGS: readonly Thing[] = [
  supply('paper-a4', '一包 A4 纸', 'A pack of A4 paper', '放满纸盒，并推回', 'fills the tray and pushes it in'),
  supply('toner-cartridge', '墨粉盒', 'A toner cartridge', '黑白与彩色一起更换', 'black and colour together'),
];

function supply(thing: string, zh: string, en: string, noteZh: string, noteEn: string): Thing {
  return { thing, type: 'supply', device: 'document-printer', zh, en, noteZh, noteEn };
}
