export { recountLedger, type EpochRecount, type LedgerEquation, type LedgerRecount } from './recount.ts';
