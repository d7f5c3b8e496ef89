import type { Finding } from '@yimen/contracts/service';

/** A finding of the rules for services, or of this command about files: its rules are `file` and `release`. */
export type Reported = Omit<Finding, 'rule'> & { readonly rule: string };
