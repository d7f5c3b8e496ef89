export { openJournal, showJournal, verifyJournal, type Journal, type ShowFilter, type VerifyReport } from './journal/index.ts';
