/** Words of the picture, in both languages; colours are light enough for black text on them (contrast above 12 : 1). */
export const PHASE_WORDS: Readonly<
  Record<string, { readonly zh: string; readonly en: string; readonly fill: string }>
> = {
  open: { zh: '说明与同意', en: 'open', fill: '#f1f5f9' },
  read: { zh: '读证', en: 'read', fill: '#e0f2fe' },
  identify: { zh: '核验', en: 'identify', fill: '#e0e7ff' },
  decide: { zh: '选择与填写', en: 'decide', fill: '#f3e8ff' },
  approve: { zh: '审核', en: 'approve', fill: '#fef3c7' },
  bill: { zh: '开单', en: 'bill', fill: '#ffedd5' },
  pay: { zh: '缴费', en: 'pay', fill: '#fee2e2' },
  produce: { zh: '制作', en: 'produce', fill: '#dcfce7' },
  verify: { zh: '复核', en: 'verify', fill: '#d1fae5' },
  handOver: { zh: '交付', en: 'hand over', fill: '#ccfbf1' },
  confirm: { zh: '回告', en: 'confirm', fill: '#e7e5e4' },
  close: { zh: '结束', en: 'close', fill: '#f1f5f9' },
};

export const EFFECT_WORDS: Readonly<Record<string, string>> = {
  takesProperty: '收入本人证件 takes own card',
  returnsProperty: '归还本人证件 returns own card',
  opensCase: '立案 opens case',
  charges: '收费 charges',
  produces: '制成 makes goods',
  handsOver: '交出 hands out',
  confirms: '告知结果 tells office',
};
