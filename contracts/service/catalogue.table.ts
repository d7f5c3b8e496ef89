import type { Domain } from './package.ts';

/** The eleven services of a hall, as the menu shows them before (and after) their packages exist. */
export const CATALOGUE = [
  { id: 'exit.endorse', domain: 'exit-entry', zh: '往来港澳通行证再次签注', en: 'Renew a Hong Kong–Macau endorsement' },
  { id: 'exit.prereg', domain: 'exit-entry', zh: '出入境证件预受理', en: 'Pre-register a passport or permit' },
  { id: 'exit.pay', domain: 'exit-entry', zh: '出入境业务缴费', en: 'Pay for an exit-entry case' },
  { id: 'exit.card', domain: 'exit-entry', zh: '查卡与签注打印', en: 'Read a permit, print an endorsement' },
  { id: 'exit.collect', domain: 'exit-entry', zh: '出入境证件自助取证', en: 'Collect an exit-entry document' },
  { id: 'veh.licence', domain: 'vehicle', zh: '驾驶证换证补证', en: 'Renew or replace a driving licence' },
  { id: 'veh.vlic', domain: 'vehicle', zh: '行驶证补领换领', en: 'Replace a vehicle licence' },
  { id: 'veh.inspect', domain: 'vehicle', zh: '核发检验标志', en: 'Get an inspection mark' },
  { id: 'veh.violation', domain: 'vehicle', zh: '交通违法处理', en: 'Handle camera violations' },
  { id: 'hh.idapply', domain: 'household', zh: '身份证换领补领', en: 'Apply for an ID card' },
  { id: 'hh.idcollect', domain: 'household', zh: '身份证自助领证', en: 'Collect an ID card' },
] as const satisfies readonly { id: string; domain: Domain; zh: string; en: string }[];
export type ServiceId = (typeof CATALOGUE)[number]['id'];
