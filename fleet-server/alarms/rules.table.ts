import type { AlarmRule } from './alarm-condition.ts';
import { journalDamaged } from './rules/journal-damaged.ts';
import { contractQuarantine, ledgerFork, ledgerHole } from './rules/ledger-trouble.ts';
import { moduleFault } from './rules/module-fault.ts';
import { releaseTrouble } from './rules/release-trouble.ts';
import { cardHeld, moneyUnresolved } from './rules/service-stopped.ts';
import { supplyEmpty } from './rules/supply-empty.ts';
import { terminalOffline } from './rules/terminal-offline.ts';
import { unitVariance } from './rules/unit-variance.ts';

/** The rules in force (fleet design §6, first list). */
export const ALARM_RULES: readonly AlarmRule[] = [
  terminalOffline,
  moduleFault,
  supplyEmpty,
  unitVariance,
  releaseTrouble,
  moneyUnresolved,
  cardHeld,
  journalDamaged,
  ledgerFork,
  ledgerHole,
  contractQuarantine,
];
