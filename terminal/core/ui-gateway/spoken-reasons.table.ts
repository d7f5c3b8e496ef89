import { opensBy } from '@yimen/contracts/service';
import type { Language } from '@yimen/contracts/ui';

/** A label in the page's languages. */
export type Spoken = Readonly<Record<Language, string>>;

/** Why a service is off, by the device kind (as `module`) that it lost. */
const MODULE_REASONS: Readonly<Record<string, Spoken>> = {
  cardUnit: { 'zh-CN': '证件插口暂停使用', en: 'The card slot is not available' },
  travelDocument: { 'zh-CN': '芯片读取暂停使用', en: 'The chip reader is not available' },
  endorsementPrinter: { 'zh-CN': '签注打印暂停使用', en: 'The endorsement printer is not available' },
  licencePrinter: { 'zh-CN': '证照打印暂停使用', en: 'The licence printer is not available' },
  documentLocker: { 'zh-CN': '证件领取柜暂停使用', en: 'The document locker is not available' },
  receiptPrinter: { 'zh-CN': '凭条打印暂停使用', en: 'The receipt printer is not available' },
  paymentTerminal: { 'zh-CN': '缴费暂停使用', en: 'Payment is not available' },
};

/** Why a service is off, by the other codes that `offeredServices` gives. */
const OTHER_REASONS: Readonly<Record<string, Spoken>> = {
  policy: { 'zh-CN': '本厅暂不办理', en: 'Not offered at this hall' },
  package: { 'zh-CN': '业务正在更新', en: 'This service is being updated' },
};

/** Why the whole machine is out of service, by the code of its state. */
export const STATE_REASONS: Readonly<Record<string, Spoken>> = {
  journal: { 'zh-CN': '本机无法记录业务', en: 'This machine cannot keep its records' },
  devices: { 'zh-CN': '设备检查未完成', en: 'The devices cannot be checked' },
  tamper: { 'zh-CN': '本机暂停服务，请联系工作人员', en: 'This machine is closed: please speak to the staff' },
  power: { 'zh-CN': '市电中断，暂不办理新业务', en: 'The mains power is off: nothing new can be started' },
  powerLow: { 'zh-CN': '停电，本机即将停机', en: 'The power is off and this machine is about to stop' },
  sessions: { 'zh-CN': '程序正在重新启动', en: 'The program is starting again' },
  touch: {
    'zh-CN': '触摸屏故障，本机暂停服务，已通知维护人员',
    en: 'The touch screen is faulty: this machine is closed, and a technician has been told',
  },
  services: { 'zh-CN': '所有业务暂停办理', en: 'No service is available at the moment' },
  hours: { 'zh-CN': '现在不是服务时间', en: 'Outside service hours' },
};

/** Whatever has no words of its own. */
export const SOME_REASON: Spoken = { 'zh-CN': '设备维护中', en: 'Under maintenance' };

/** The words of an off-code: `cardUnit.mediaJam`, `policy.fee`, `package.damaged`, `hours.2026-11-30.0900`. */
export function offReason(code: string, lang: Language): string {
  const opens = opensBy(code);
  if (opens !== undefined) return lang === 'en' ? `Opens ${opens}` : `${opens} 开始办理`;
  const area = code.split('.')[0] ?? '';
  return (MODULE_REASONS[area] ?? OTHER_REASONS[area] ?? SOME_REASON)[lang];
}
