/** What a service package is held to. Every rule has a name, and an example in `check-package.test.ts` that breaks it. A
 *  rule that only warns names what a person should know before he signs. */
export interface RuleRow {
  readonly level: 'error' | 'warning';
  /** What mends it. */
  readonly remedy: string;
}

const error = (remedy: string): RuleRow => ({ level: 'error', remedy });
const warning = (remedy: string): RuleRow => ({ level: 'warning', remedy });

export const RULES = {
  // The files.
  schema: error('write the field as contracts/service/package.ts and policy.ts say'),
  'step-kind': error('use a step of the catalogue (contracts/service/step.table.ts); a new kind begins there'),
  'step-id': error('give every step an id of its own'),
  'setting-unknown': error('take the setting out, or use the name that the step reads'),
  'setting-missing': error('add the setting'),
  'setting-type': error('write the value in the type that the step reads'),
  'setting-value': error('use one of the values that the step knows'),
  request: error('name a request of the office behind the manifest’s domain'),

  // Guards and the dry walk.
  'guard-answer': error('ask the question in an earlier step, or take the guard out'),
  'guard-value': error('name a value that the question offers'),
  'guard-flag': error('let an earlier lookup tell the flag, or take the guard out'),
  'empty-choice': error('leave at least one option that no lookup can hide'),
  unreachable: error('loosen the guards until some citizen can come here, or take the step out'),
  'too-many-paths': error('guard by fewer answers, flags and devices'),
  'found-without-lookup': error('put the lookup that finds it before this step, on every way here'),

  // The frame of every path.
  'begins-with-guide': error('begin with an unguarded guide step'),
  'ends-with-receipt': error('end with an unguarded receipt step; only a rating may follow it'),
  'consent-missing': error('ask for the consents before the first document is read and the first request is sent'),
  'face-without-consent': error('add a consent sheet with `face: true` to the manifest'),
  'phase-order': error(
    'order the steps: read, identify and decide, then approve, pay, produce, verify, hand over, confirm',
  ),

  // What the office is told.
  'begin-incomplete': error('add the step that takes it, on every path that approves'),
  'begin-value': error('offer the values that the office knows (contracts/back-office)'),

  // Case and money.
  'charge-before-approval': error('approve on every path that charges, before it charges'),
  'charge-on': error('let chargeOn be `approved`; `accepted` is for items that an officer reviews later'),
  'charge-without-fee': error('put the fee step before the payment, on every path that pays'),
  'charged-twice': error('charge once on a path'),
  'charge-without-goods': error('make or issue on every path what was paid for'),
  'goods-without-case': error('approve before anything is made, on every path that makes it'),
  'produced-unpaid': error('pay before anything is made, on every path with a fee'),
  'case-unconfirmed': error('confirm on every path that opened a case'),
  'two-cases': error('open one case on a path'),
  'confirm-without-case': error('guard the confirm as the approve is guarded'),

  // Things in the machine.
  'property-kept': error('hand the citizen’s card over on every path that took it'),
  'property-late': error('give the citizen’s own card back before, or as, goods are handed out'),
  'property-not-taken': error('hand over only what an earlier step took in'),
  'old-before-new': error('take the old document only after the new one was made'),
  'old-after-hand-over': error('take the old document before the new one is handed over'),
  'goods-kept': error('hand out on every path what was made'),
  'goods-not-made': error('make the document before it is handed out'),
  unverified: error('read the card back (verify) after it was printed and before it is handed over'),

  // Devices.
  'device-undeclared': error('name the device in the manifest: under needs, or under optional'),
  'device-unguarded': error('guard the step by `{ "device": …, "usable": true }`, or move the device to needs'),
  'device-unused': error('take the device out of the manifest: it would take the service away for nothing'),
  'device-twice': error('name the device once: under needs, or under optional'),

  // Policy.
  'policy-needed': error('add a row of this kind and variant that is not a draft'),
  'policy-undeclared': error(
    'name kind and variant in needsPolicy: a place without the row must not offer the service',
  ),
  'policy-missing': error('add the row that the step decides by'),
  'policy-id': error('give every row an id of its own'),
  'policy-service': error('write the manifest’s id into the row'),
  'policy-overlap': error('end the older row on the day before the newer one begins'),
  'policy-dates': error('let the row end on or after the day on which it begins'),
  'policy-fee': error('write the fee as a whole number of fen above 0, with unit fen'),
  'policy-hours': error('write hours as days and ranges of the day, 1-5 09:00-12:00,14:00-17:00 (1 is Monday)'),
  'policy-draft': warning('give the row its date, place and source, and make it active: a draft decides nothing'),
  'policy-placeholder': warning('ask the office for the published source: a real release refuses a placeholder'),

  // Texts.
  'text-key': error('use letters, digits, dots and hyphens, a small letter first, at most 80'),
  'text-parity': error('write the text in both languages'),
  'text-missing': error('add the text in both languages'),
  'text-length': error('shorten the text until its place on the screen holds it'),
} as const satisfies Record<string, RuleRow>;
export type RuleName = keyof typeof RULES;
