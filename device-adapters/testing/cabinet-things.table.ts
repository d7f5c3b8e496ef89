import type { Thing } from './thing.ts';

/** What a person does at the cabinet itself. These are no things to hold: `put` does them, and whoever may not do one now
 *  hears why. Blows, heat and force are faults. */
export const CABINET_THINGS: readonly Thing[] = [
  ...door('front', '前门', 'front door'),
  ...door('back', '后门', 'back door'),
  ...door('service', '维护门', 'service door'),
  hand('key-run', '钥匙转到运行', 'Turn the key to run', '运行', 'run'),
  hand('key-maintenance', '钥匙转到维护', 'Turn the key to maintenance', '维护', 'maintenance'),
  hand('key-supervisor', '钥匙转到主管', 'Turn the key to supervisor', '主管', 'supervisor'),
  hand('call-button', '按呼叫按钮', 'Press the call button', '一秒', 'for a second'),
  hand('lid-open', '打开箱盖', 'Take the lid off', '防拆触点断开', 'its contact opens'),
  hand('lid-closed', '合上箱盖', 'Put the lid on', '告警仍保持', 'the latch stays'),
  hand('mains-off', '断开市电', 'Cut the mains', '改由电池供电', 'the battery takes over'),
  hand('mains-on', '恢复市电', 'Mains back', '电池充电', 'the battery fills'),
  hand('tamper-reset', '复位防拆告警', 'Reset the tamper latch', '触点正常才行', 'where contacts are good'),
];

function door(name: string, zh: string, en: string): readonly Thing[] {
  return [
    hand(`door-${name}-open`, `打开${zh}`, `Open the ${en}`, '没有上锁才行', 'unless it is locked'),
    hand(`door-${name}-closed`, `关上${zh}`, `Shut the ${en}`, '不会自己上锁', 'it does not lock itself'),
  ];
}

function hand(thing: string, zh: string, en: string, noteZh: string, noteEn: string): Thing {
  return { thing, type: 'cabinet-hand', device: 'cabinet-io', zh, en, noteZh, noteEn };
}
